"""Cross-validation over battles: each is forecast from the others, on questions fixed before any answer is read."""
