"""Figures of a calibration, of simulation-based calibration and of model comparison."""
