"""A documented battle, fought again thousands of times and held against what was reported."""
