"""Figures of a run held against the reports of its sources."""
