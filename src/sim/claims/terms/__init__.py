"""Terms of the likelihood, by the way in which a source comes by what it tells."""
