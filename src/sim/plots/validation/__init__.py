"""Figures of the validation, one for each historical data set."""
