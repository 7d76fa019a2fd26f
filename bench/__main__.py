"""`python -m bench`: battles a second with plain and with compiled rules, in rotating rounds of one process.

CPU time is counted, since other work may run beside; the digests of both forms must agree, or nothing is printed.
"""

import hashlib
import platform
import statistics
import time

from sim.battle.fight import Stage
from sim.scenario import load

ROUNDS = 7
BATTLES = 20
SEED = 1


def main() -> None:
    """Measure both forms on every scenario of the project and print medians with their spread."""
    print(f"{platform.machine()}, Python {platform.python_version()}, {ROUNDS} rounds of {BATTLES} battles, CPU time")
    for name in ("teaching", "dec2014"):
        stages = {form: Stage(load(name), form=form) for form in ("plain", "compiled")}
        for stage in stages.values():
            stage.fight(SEED)  # compiles or loads the rules
        rounds = [measure(stages, turn) for turn in range(ROUNDS)]
        for form in stages:
            each = [seconds[form] / BATTLES * 1000 for seconds in rounds]
            print(f"{name:9} {form:9} {statistics.median(each):6.2f} ms a battle ({min(each):.2f} to {max(each):.2f})")
        ratios = [seconds["plain"] / seconds["compiled"] for seconds in rounds]
        spread = f"{min(ratios):.1f} to {max(ratios):.1f}"
        print(f"{name:9} compiled is {statistics.median(ratios):.1f} times as fast ({spread})")


def measure(stages: dict[str, Stage], turn: int) -> dict[str, float]:
    """CPU seconds of each form for the same battles, the order rotating with the turn."""
    forms = list(stages)
    seconds, digests = {}, set()
    for form in forms[turn % 2 :] + forms[: turn % 2]:
        total = hashlib.sha256()
        begun = time.process_time()
        runs = [stages[form].fight(SEED, turn * BATTLES + number) for number in range(BATTLES)]
        seconds[form] = time.process_time() - begun
        for run in runs:
            total.update(run.log.tobytes())
        digests.add(total.hexdigest())
    if len(digests) != 1:
        raise SystemExit("the two forms disagree: nothing is worth measuring")
    return seconds


if __name__ == "__main__":
    main()
