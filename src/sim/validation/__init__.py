"""The model held against battles that nobody here chose: a file in `sets` for each set of data."""
