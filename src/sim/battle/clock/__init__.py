"""The compiled clock, in the form of the rules: it plays them from a calendar of its own, and no rule knows it.

`calendar.py` plays one battle, `replications.py` many in one call, `measuring.py` counts each of them.
"""
