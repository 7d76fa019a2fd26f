"""Whether anybody was left at a place, whether there was fighting: it was so or not."""

from sim.claims.kinds.base import judged

KIND = judged(("presence",), ("some", "none", "happened", "did not happen"))
