"""The compiled scheduler, written in the form of the rules, so that it compiles with them.

`event_queue` runs one battle, `replications` many in one call, and `log_statistics` counts each of them.
"""
