"""Whether something happened, or how many of the named orders ended so: it was as told or not."""

from sim.claims.kinds.base import judged
from sim.scenario.bounds import FORMS

KIND = judged(("events",), tuple(FORMS))
