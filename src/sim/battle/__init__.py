"""The battle: its state, its rule book, the clocks that play it, and `fight`, which makes a run of it."""
