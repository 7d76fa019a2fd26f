"""The model held against battles that nobody here chose: a file for each set of data."""
