"""Figures of `sim diff`."""
