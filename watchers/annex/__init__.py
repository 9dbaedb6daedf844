"""The text of annexes: PDF and DOCX files, read in a process of their own."""
