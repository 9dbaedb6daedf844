"""Makers of sources from configuration alone, one file each. Like sources they do no I/O and know nothing of each other."""
