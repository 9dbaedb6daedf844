"""The decisions. No I/O, no clock, no settings, no SDK: everything, `now` included, comes in as an argument."""
