"""One module per step, in order of number. A step that was released is never edited."""
