"""Which of several places a side reached first: it was as told or not."""

from sim.claims.kinds.base import judged
from sim.scenario.bounds import FORMS

KIND = judged(("rank",), tuple(FORMS))
