"""Findings in words, and the page that holds them."""
