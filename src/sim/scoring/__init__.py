"""Forecasts held against claims: targets, scores, baselines, skill."""
