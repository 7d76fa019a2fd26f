"""docs/performance.md, written from what was measured: misses first, then every table."""

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from bench import battles, duel, scaling
from bench.explorer import MoveCost
from bench.growth import BASE_SIZES, Growth
from bench.large import BATTLES, CHECK_SECONDS, RUN_SECONDS, LargeScenarioCost
from bench.processes import FIRST_ANSWER, ProcessCost
from bench.rounds import Timings

NOTES = Path(__file__).with_name("notes.md")
SHELL_TARGETS = {  # s
    "sim diary": 0.8,
    "sim check dec2014": 1.2,
    "sim run runs=1": 2.0,
    "sim run runs=1000": 3.5,
    FIRST_ANSWER: 12.0,
}
MOVE_TARGETS = {20: 0.15, 200: 0.25}  # s of wall time, by pairs
LIBRARIES = ("simpy", "numba", "numpy", "salabim", "mesa", "ciw", "joblib", "pyarrow")


@dataclass(frozen=True)
class BenchmarkResults:
    """Everything that a benchmark run measured."""

    battles: battles.BattleBenchmark
    duels: duel.DuelBenchmark
    scaling: Timings
    growth: dict[str, Growth]
    explorer: list[MoveCost]
    sizes: dict[int, ProcessCost]
    starts: dict[str, list[ProcessCost]]
    large: list[LargeScenarioCost]


@dataclass(frozen=True)
class Target:
    """A target and what was measured; more is better, or less."""

    what: str
    aim: float
    found: float
    unit: str
    more: bool = True

    @property
    def is_met(self) -> bool:
        """Whether it was reached."""
        return self.found >= self.aim if self.more else self.found <= self.aim

    def format_row(self) -> list[str]:
        """A row of the table of list_targets."""
        bound = "at least" if self.more else "at most"
        return [
            self.what,
            f"{bound} {self.aim:g} {self.unit}",
            f"{self.found:.3g} {self.unit}",
            "met" if self.is_met else "MISSED",
        ]


def list_targets(found: BenchmarkResults) -> list[Target]:
    """Every target, misses first."""
    battle = found.battles.timings
    largest = max(found.sizes)
    threads, processes = (
        [name for name in found.scaling.seconds if name.startswith(words.split(",")[0])]
        for words in (scaling.THREADS, scaling.PROCESSES)
    )
    peaks = {runs: called.peak for runs, called in found.sizes.items() if called.peak is not None}
    few, many = sorted(peaks)[-2:]
    pure = [name for name in (battles.SALABIM, battles.MESA) if name in battle.seconds]
    rows = [
        Target(
            "compiled clock against ordinary SimPy, full battle",
            400,
            battle.ratio(battles.ORDINARY, battles.COMPILED)[0],
            "times",
        ),
        Target("compiled clock", 5_000, 1 / battle.median(battles.COMPILED), "battles a second and core"),
        Target("SimPy processes, compiled rules", 1_000, 1 / battle.median(battles.SIMPY), "battles a second and core"),
        Target(
            "SimPy processes, compiled rules, against ordinary SimPy",
            45,
            battle.ratio(battles.ORDINARY, battles.SIMPY)[0],
            "times",
        ),
        *(
            Target(
                f"SimPy processes, compiled rules, against {name.split(':')[0]}",
                10,
                battle.ratio(name, battles.SIMPY)[0],
                "times",
            )
            for name in pure
        ),
        Target(f"two workers against one: {threads[1]}", 1.9, found.scaling.ratio(threads[0], threads[1])[0], "times"),
        Target(
            f"two workers against one: {processes[1]}", 1.8, found.scaling.ratio(processes[0], processes[1])[0], "times"
        ),
        Target(
            f"{largest:,} battles, whole process, {os.cpu_count()} cores",
            220 * largest / 1e6,
            found.sizes[largest].wall,
            "s",
            more=False,
        ),
        Target(f"memory of {many:,} battles against {few:,}", 1.5, peaks[many] / peaks[few], "times", more=False),
        *(
            Target(
                f"explorer {cost.state}, a move to {cost.pairs} pairs",
                MOVE_TARGETS[cost.pairs],
                cost.wall,
                "s",
                more=False,
            )
            for cost in found.explorer
            if cost.pairs in MOVE_TARGETS
        ),
        *(
            Target(f"{name}, from the shell", aim, median_wall_time(found.starts[name]), "s", more=False)
            for name, aim in SHELL_TARGETS.items()
        ),
    ]
    for what, aim, cost in (
        ("sim check", CHECK_SECONDS, found.large[-1].check),
        (f"{BATTLES} battles with report", RUN_SECONDS, found.large[-1].run),
    ):
        words = f"{what} of {found.large[-1].places:,} places, {found.large[-1].claims:,} claims"
        rows.append(Target(words, aim, cost.cpu, "s of CPU", more=False))
    if duel.C in found.duels.timings.seconds:
        rows.append(
            Target(
                "lone duel, compiled, against scalar C",
                0.8,
                found.duels.timings.ratio(duel.C, duel.COMPILED)[0],
                "times",
            )
        )
    return sorted(rows, key=lambda row: row.is_met)


def format_mebibytes(amount: float | None) -> str:
    """As it is printed, where it is known."""
    return "not known" if amount is None else f"{amount:.0f}"


def median_wall_time(calls: list[ProcessCost]) -> float:
    """The median wall time of some processes."""
    return sorted(call.wall for call in calls)[len(calls) // 2]


def format_table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table in Markdown; the first column is text, the others are numbers."""
    lines = [heads, ["---"] + ["--:"] * (len(heads) - 1), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def format_comparison(timings: Timings, against: str) -> str:
    """Contenders of one work: time, rate and ratio, quickest first."""
    rows = []
    for name in sorted(timings.seconds, key=timings.median):
        median, (least, most) = timings.median(name), timings.spread(name)
        ratio, low, high = timings.ratio(against, name)
        rows.append(
            [
                name,
                format_microseconds(median),
                f"{format_microseconds(least)} to {format_microseconds(most)}",
                f"{1 / median:,.0f}",
                f"{ratio:.3g} ({low:.3g} to {high:.3g})",
            ]
        )
    return format_table(
        ["", "µs", "least to most", "a second", f"times as quick as {against.split(':')[0].split(',')[0]}"], rows
    )


def format_microseconds(seconds: float) -> str:
    """Seconds in microseconds, with three digits."""
    number = seconds * 1e6
    return f"{number:,.0f}" if number >= 100 else f"{number:.3g}"


def describe_machine() -> str:
    """The machine and the versions, in one paragraph."""
    model = platform.processor() or platform.machine()
    if Path("/proc/cpuinfo").exists():
        names = [
            line.split(":")[1].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ]
        model = names[0] if names else model
    found = []
    for library in LIBRARIES:
        try:
            found.append(f"{library} {version(library)}")
        except PackageNotFoundError:
            found.append(f"no {library}")
    python = f"CPython {platform.python_version()}"
    return f"{os.cpu_count()} cores of {model}, {platform.system()}, {python}; {', '.join(found)}."


def format_page(found: BenchmarkResults, minutes: float) -> str:
    """The whole page."""
    battle = found.battles
    digest = battle.digest[:16]
    total = sum(battle.parts.values())
    parts = format_table(
        ["part", "µs a battle", "share"],
        [[name, format_microseconds(s), f"{100 * s / total:.0f} %"] for name, s in battle.parts.items()],
    )
    growth = format_table(
        ["what grows", "steps", "µs a battle", "exponent"],
        [
            [
                what,
                " ".join(map(str, g.steps)),
                " ".join(format_microseconds(s) for s in g.seconds),
                f"{g.exponent:.2f}",
            ]
            for what, g in found.growth.items()
        ],
    )
    sizes = format_table(
        ["replications", "wall s", "CPU s", "peak MiB", "written MiB"],
        [
            [f"{runs:,}", f"{c.wall:.1f}", f"{c.cpu:.1f}", format_mebibytes(c.peak), f"{c.written:.0f}"]
            for runs, c in found.sizes.items()
        ],
    )
    starts = format_table(
        ["command", "wall s", "least to most", "peak MiB"],
        [
            [
                name,
                f"{median_wall_time(calls):.2f}",
                f"{min(c.wall for c in calls):.2f} to {max(c.wall for c in calls):.2f}",
                format_mebibytes(max((c.peak for c in calls if c.peak is not None), default=None)),
            ]
            for name, calls in found.starts.items()
        ],
    )
    large = format_table(
        ["places", "claims", "orders", "check, CPU s", f"{BATTLES} battles and report, CPU s"],
        [
            [f"{each.places:,}", f"{each.claims:,}", f"{each.orders:,}", f"{each.check.cpu:.1f}", f"{each.run.cpu:.1f}"]
            for each in found.large
        ],
    )
    share = format_table(
        ["", "battles a second", "least to most"],
        [
            [
                n,
                f"{1 / found.scaling.median(n):,.0f}",
                " to ".join(f"{1 / s:,.0f}" for s in found.scaling.spread(n)[::-1]),
            ]
            for n in found.scaling.seconds
        ],
    )
    moves = format_table(
        ["battles", "pairs", "ms", "least to most", "ms of CPU"],
        [
            [
                each.state,
                f"{each.pairs}",
                f"{1000 * each.wall:.0f}",
                f"{1000 * min(each.walls):.0f} to {1000 * max(each.walls):.0f}",
                f"{1000 * each.cpu:.0f}",
            ]
            for each in found.explorer
        ],
    )
    targets = format_table(["what", "target", "measured", ""], [target.format_row() for target in list_targets(found)])
    errors = ", ".join(f"{name} {error:+.1f}" for name, error in found.duels.errors.items())
    missing = [f"{name}: {why}" for name, why in found.duels.missing.items()] + [
        f"{name}: not installed" for name in battle.missing
    ]
    return f"""# How fast it is

Written by `make bench` in {minutes:.0f} minutes; raw data stays in `bench/results/` (not in git). {describe_machine()}

Contenders run side by side in one process, in rounds in which the first one rotates. Figures are medians with the
least and the most of all rounds; ratios are medians of the ratios of each round. CPU time, but for whole processes and
scaling.
Every contender of the full battle ended in the same bits, or nothing would stand here: log digest `{digest}`.
{("Left out: " + "; ".join(missing) + ".") if missing else "Nothing was left out."}

## Targets, misses first

{targets}

{NOTES.read_text(encoding="utf-8").strip()}

## The full battle (`dec2014`)

salabim, Mesa and "ordinary SimPy" play the same plain rules, each from a calendar of its own, with an event for every
casualty; they were written here (`bench/peers/`), and their authors would perhaps write them otherwise.

{format_comparison(battle.timings, battles.ORDINARY)}

Where the time of the compiled clock goes, from draw to answers:

{parts}

## The lone duel

{duel.FIRST} against {duel.SECOND}, to three tenths lost. The first side wins {found.duels.exact:.6f} of them exactly.
Off by standard errors: {errors}.

{format_comparison(found.duels.timings, duel.SIMPY)}

## Workers

{share}

## Growth

Invented battles; one number grows, the others stay at {", ".join(f"{v} {k}" for k, v in BASE_SIZES.items())}.

{growth}

## Explorer

From the move of a lever of `dec2014` to odds, in the steps that the page asks for; the base case was fought before.

{moves}

## Size of a study

Whole processes of `sim run engine=compiled`, with tables, figures and summary.

{sizes}

## Large scenarios

Invented ones; everything that grows is doubled from row to row.

{large}

## From the shell

{starts}
"""
