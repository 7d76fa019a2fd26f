"""Figures: one file each in a folder by kind of output, and what they have in common beside them."""
