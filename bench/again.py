"""`python -m bench.again`: measure the ratios once more, and say how they agree with those of the last `make bench`.

Battles, duels and workers; each ratio is that of a contender to the first one, which ought to come out alike on a
machine that is busy with other things too.
"""

import json
from pathlib import Path
from typing import Any

from bench import battles, duel, scaling
from bench.rounds import Timings

RESULTS = Path(__file__).parent / "results"


def latest() -> dict[str, Any]:
    """What the last benchmark run kept; raise SystemExit if there is none."""
    runs = sorted(path for path in RESULTS.glob("20*.json"))
    if not runs:
        raise SystemExit("bench: nothing to compare with (allowed: make bench first)")
    found: dict[str, Any] = json.loads(runs[-1].read_text(encoding="utf-8"))
    return found


def timings(kept: dict[str, Any]) -> dict[str, Timings]:
    """The timings that a run kept."""
    return {
        "battle": Timings(kept["bout"]["timings"]["seconds"]),
        "duel": Timings(kept["duels"]["timings"]["seconds"]),
        "workers": Timings(kept["scaling"]["seconds"]),
    }


def main() -> None:
    """Measure, print, and keep."""
    before = timings(latest())
    after = {"battle": battles.run().timings, "duel": duel.run().timings, "workers": scaling.run()}
    rows = []
    for what, now in after.items():
        first, *others = now.seconds
        for name in others:
            ratios = [each[what].ratio(name, first)[0] for each in (before, after)]
            rows.append({"what": what, "of": name, "to": first, "before": ratios[0], "after": ratios[1]})
            apart = ratios[1] / ratios[0] - 1
            print(f"{ratios[0]:10.3g} {ratios[1]:10.3g} {apart:+7.1%}  {what}: {name}, to {first}")
    (RESULTS / "again.json").write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
