"""WRITE ME."""
