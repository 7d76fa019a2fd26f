"""What a calibrated battle lets one say: forecasts, the luck in it, what its sources make of it."""
