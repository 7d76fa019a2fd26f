"""`python -m bench`: measure everything and write docs/performance.md and bench/results/.

`python -m bench quick` does the same with few rounds and small studies, into a folder that it names: to try the bench.
"""

import dataclasses
import json
import sys
import tempfile
import time
from pathlib import Path

from bench import battles, duel, explorer, growth, large, processes, scaling
from bench.report import BenchmarkResults, describe_machine, format_page

ROOT = Path(__file__).resolve().parent.parent


def shorten() -> Path:
    """Make every part short, and give a folder for the results."""
    battles.ROUNDS = duel.ROUNDS = scaling.ROUNDS = growth.ROUNDS = processes.ROUNDS = explorer.ROUNDS = 1
    battles.QUICK, battles.SLOW, growth.BATTLES = 50, 2, 20
    processes.SIZES = (300, 1_000, 3_000)
    large.SIZES = ((16, 64, 8), (32, 128, 16))
    return Path(tempfile.mkdtemp(prefix="bench-"))


def main(words: list[str]) -> None:
    """Measure part by part, saying which."""
    quick = words == ["quick"]
    page, data = ROOT / "docs" / "performance.md", ROOT / "bench" / "results"
    if quick:
        data = shorten()
        page = data / "performance.md"
    start = time.perf_counter()
    parts = {}
    for name, part in (
        ("battles", battles.run),
        ("duels", duel.run),
        ("scaling", scaling.run),
        ("growth", growth.run),
        ("explorer", explorer.run),
        ("starts", processes.measure_starts),
        ("sizes", processes.measure_sizes),
        ("large", large.measure_large_scenarios),
    ):
        print(f"{time.perf_counter() - start:5.0f} s  {name}", flush=True)
        parts[name] = part()
    results = BenchmarkResults(**parts)  # type: ignore[arg-type]
    minutes = (time.perf_counter() - start) / 60
    data.mkdir(exist_ok=True)
    raw = {"machine": describe_machine(), "minutes": minutes} | dataclasses.asdict(results)
    (data / f"{time.strftime('%Y-%m-%d_%H-%M')}.json").write_text(json.dumps(raw, indent=1) + "\n", encoding="utf-8")
    page.write_text(format_page(results, minutes), encoding="utf-8")
    print(f"{minutes * 60:5.0f} s  written: {page}")


if __name__ == "__main__":
    main(sys.argv[1:])
