"""Figures of a posterior, of paired runs and of sensitivity: what an outcome depends on."""
