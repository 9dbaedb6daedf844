"""One module per source, each exporting `SOURCE`. They know nothing of each other."""
