"""`python -m bench.repeat`: measure the ratios once more, and compare them with those of the last `make bench` here.

Battles, duels and workers; each ratio is that of a contender to the first one, which ought to come out alike on a
machine that is busy with other things too.
"""

import json
from pathlib import Path
from typing import Any

from bench import battles, duel, scaling
from bench.rounds import Timings

RESULTS = Path(__file__).parent / "results"


def read_latest() -> dict[str, Any]:
    """The raw data of the last benchmark run; raise SystemExit if there is none."""
    runs = sorted(path for path in RESULTS.glob("20*.json"))
    if not runs:
        raise SystemExit("bench: nothing to compare with (allowed: make bench first)")
    results: dict[str, Any] = json.loads(runs[-1].read_text(encoding="utf-8"))
    return results


def read_timings(stored: dict[str, Any]) -> dict[str, Timings]:
    """The timings in the raw data of a run."""
    return {
        "battle": Timings(stored["battles"]["timings"]["seconds"]),
        "duel": Timings(stored["duels"]["timings"]["seconds"]),
        "workers": Timings(stored["scaling"]["seconds"]),
    }


def main() -> None:
    """Measure, print, and write."""
    before = read_timings(read_latest())
    after = {"battle": battles.run().timings, "duel": duel.run().timings, "workers": scaling.run()}
    rows = []
    for part, now in after.items():
        first, *others = now.seconds
        for name in others:
            ratios = [each[part].ratio(name, first)[0] for each in (before, after)]
            rows.append({"part": part, "of": name, "to": first, "before": ratios[0], "after": ratios[1]})
            apart = ratios[1] / ratios[0] - 1
            print(f"{ratios[0]:10.3g} {ratios[1]:10.3g} {apart:+7.1%}  {part}: {name}, to {first}")
    (RESULTS / "repeat.json").write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
