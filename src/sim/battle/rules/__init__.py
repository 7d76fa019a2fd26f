"""The rule book: what happens in a battle, as small pure functions on its rows. No rule knows a clock.

A rule reads and changes named fields, draws from named streams, and answers in hours. The same source runs as plain
Python and compiled; `rulebook.py` beside this folder names its entry points, `jit.py` compiles it. What compiles
everywhere: numbers, `math`, plain loops, tuples, the enums of `codes` and `events`. Not `**`, `sum()`, f-strings, lists
or keyword arguments.
"""
