"""The rules: what happens in a battle, as small functions on its tables. No rule knows a scheduler.

A rule reads and changes named fields, draws from named streams, and answers in hours. The same source runs as plain
Python and compiled; `rulebook.py` beside this folder names its entry points, `jit.py` compiles it. What compiles
everywhere: numbers, `math`, plain loops, tuples, the enums of `battle.enums` and `events`. Not `**`, `sum()`,
f-strings, lists or keyword arguments.
"""
