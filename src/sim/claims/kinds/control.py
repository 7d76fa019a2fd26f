"""Who held a place, or parts of it: it was as told or not."""

from sim.claims.kinds.base import judged
from sim.scenario.bounds import FORMS

KIND = judged(("share",), tuple(kind for kind in FORMS if kind not in ("about", "exactly")))
