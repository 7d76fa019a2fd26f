"""Figures of `sim cross-validate`."""
