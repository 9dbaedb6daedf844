"""An alert as words for one kind of reader. Pure: no I/O, no clock."""
