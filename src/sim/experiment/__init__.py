"""Experiments: many replications of a battle, on all cores, as tables."""
