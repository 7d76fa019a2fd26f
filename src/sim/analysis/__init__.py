"""Questions asked of a posterior or a sweep: forecasts, predictive checks, turning points, sensitivity, validation."""
