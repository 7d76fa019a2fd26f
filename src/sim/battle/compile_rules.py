"""Compiles the rules and ends: `python -m sim.battle.compile_rules PARENT`, in a process that ends with its parent.

What is compiled is sealed in the cache of machine code (`code_cache.py`), where others find it; one call serves every
scenario and law. If the process is killed, nothing is sealed, and what it left is removed by the next one.

Its priority is that of the battles beside it: with a lower one it gets what they leave of every core, which is next to
nothing, and takes ten times as long.
"""

import os
import sys
import threading
import time

from sim.battle.batch import simulate_batch
from sim.battle.simulation import Simulation
from sim.scenario import load

SMALL_SCENARIO = "teaching"


def compile_batch_kernels() -> None:
    """Compile what simulates batches, or load it, by one battle."""
    simulate_batch(Simulation(load(SMALL_SCENARIO), execution_mode="compiled", scheduler="compiled"), 1, range(1), ())


def end_with_parent(parent: int) -> None:
    """End this process once its parent is another one."""
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)


if __name__ == "__main__":
    threading.Thread(target=end_with_parent, args=(int(sys.argv[1]),), daemon=True).start()
    compile_batch_kernels()
