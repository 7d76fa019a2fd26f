"""Results in words: the war diary, and what the terminal shows."""
