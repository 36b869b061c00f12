"""A table of columns of many kinds: read, judged by all its cells, and made numbers for a network."""
