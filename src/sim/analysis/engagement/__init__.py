"""The engagement as a statistical model: its closed form, its likelihood, its fit to recorded battles, and the pack of
priors that comes of it."""
