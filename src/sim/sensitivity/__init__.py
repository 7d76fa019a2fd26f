"""Sensitivity: which unknowns decide an outcome, and how much of it is pure chance."""
