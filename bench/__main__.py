"""`python -m bench`: measure everything and write docs/performance.md and bench/results/.

`python -m bench quick` does the same with few rounds and small studies, into a folder that it names: to try the bench.
"""

import dataclasses
import json
import sys
import tempfile
import time
from pathlib import Path

from bench import battles, duel, growth, processes, scaling
from bench.report import Measured, machine, written

ROOT = Path(__file__).resolve().parent.parent


def shortened() -> Path:
    """Make every part short, and give a folder for the results."""
    battles.ROUNDS = duel.ROUNDS = scaling.ROUNDS = growth.ROUNDS = processes.ROUNDS = 1
    battles.QUICK, battles.SLOW, growth.BATTLES = 50, 2, 20
    processes.SIZES = (300, 1_000, 3_000)
    return Path(tempfile.mkdtemp(prefix="bench-"))


def main(words: list[str]) -> None:
    """Measure part by part, saying which."""
    quick = words == ["quick"]
    page, data = ROOT / "docs" / "performance.md", ROOT / "bench" / "results"
    if quick:
        data = shortened()
        page = data / "performance.md"
    begun = time.perf_counter()
    found = {}
    for name, part in (
        ("bout", battles.run),
        ("duels", duel.run),
        ("scaling", scaling.run),
        ("growth", growth.run),
        ("starts", processes.starts),
        ("sizes", processes.sizes),
    ):
        print(f"{time.perf_counter() - begun:5.0f} s  {name}", flush=True)
        found[name] = part()
    measured = Measured(**found)  # type: ignore[arg-type]
    minutes = (time.perf_counter() - begun) / 60
    data.mkdir(exist_ok=True)
    raw = {"machine": machine(), "minutes": minutes} | dataclasses.asdict(measured)
    (data / f"{time.strftime('%Y-%m-%d_%H-%M')}.json").write_text(json.dumps(raw, indent=1) + "\n", encoding="utf-8")
    page.write_text(written(measured, minutes), encoding="utf-8")
    print(f"{minutes * 60:5.0f} s  written: {page}")


if __name__ == "__main__":
    main(sys.argv[1:])
