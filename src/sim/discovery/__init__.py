"""Scenario discovery: under which conditions an outcome turns, in words."""
