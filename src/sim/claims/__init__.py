"""Simulated distributions held against what was reported."""
