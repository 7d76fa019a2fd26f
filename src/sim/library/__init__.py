"""Battles from Python: the commands as functions, and their outputs as objects. `import sim` opens these doors.

A function takes the settings of its command as keyword arguments, composed and checked in the same way; it fights the
same job, and its output is the same to the bit. What the command prints and draws, an output gives when it is asked.
"""
