"""What a stored output of `sim whatif` adds to the page of findings."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from sim.experiment.digits import spanned
from sim.experiment.stored import opened
from sim.findings.changes import Effect
from sim.report.markdown import table


def whatif_lines(path: Path, found: Sequence[Effect], stem: str) -> Iterator[str]:
    """One output of `sim whatif` under a posterior: the paired differences, with both uncertainties."""
    yield "## What would have changed"
    yield ""
    yield f"![Each change: its mean effect, and how far that differs between draws](images/{stem}-changes.png)"
    yield ""
    yield from table(
        ("change", "event"),
        ("battles in 100 more or fewer (95% interval)", "spread between draws of the unknowns (sd)"),
        ([each.says, each.event, *cells(each)] for each in found),
    )
    yield "Base and change share unknowns and dice. The interval is that of the mean over the posterior; the last"
    yield "column is how far the effect itself differs from one draw of the unknowns to another, chance taken out."
    results = opened(path).manifest["results_digest"][:8]
    yield f"\n*Made by `sim whatif params=posterior:OUTPUT dice=fresh`; results {results}.*\n"


def cells(each: Effect) -> tuple[str, str]:
    """An effect in battles in 100."""
    effect = spanned(each.mean.value, each.mean.low, each.mean.high, 100.0)
    return effect, "—" if each.spread is None else f"{float(f'{100 * each.spread:.1g}'):g}"
