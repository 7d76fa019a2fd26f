"""Which sources are out of line with the battles, in a sentence."""

from collections import defaultdict
from collections.abc import Sequence

from sim.report.text import format_count
from sim.scenario.descriptions import join_words
from sim.scenario.model import Scenario
from sim.scoring.claim_comparison import ClaimComparison

RARE = 0.05  # of the battles: a claim that so few come as far as is out of line
MAX_SOURCES = 4  # in the sentence


def describe_sources(scenario: Scenario, comparisons: Sequence[ClaimComparison]) -> str:
    """How many claims of each source hardly any battle comes as far as, the source with the largest share first.

    Parameters
    ----------
    scenario
        The battle, whose sources have names.
    comparisons
        Claims beside their simulated distributions; one at least.
    """
    outside: dict[str, list[bool]] = defaultdict(list)
    for each in comparisons:
        outside[each.claim.source].append(each.tail_probability < RARE)
    ranked = sorted(outside.items(), key=lambda item: (-sum(item[1]) / len(item[1]), -len(item[1])))
    counts = [
        f"{scenario.sources[source].name} ({sum(each)} of {format_count(len(each), 'claims')})"
        for source, each in ranked
        if any(each)
    ]
    if not counts:
        return f"No source is out of line: at least {100 * RARE:.0f} in 100 battles come as far as each claim."
    others = [f"{len(counts) - MAX_SOURCES} more"] if len(counts) > MAX_SOURCES else []
    named = join_words(counts[:MAX_SOURCES] + others)
    return f"Sources out of line (fewer than {100 * RARE:.0f} in 100 battles come as far as they say): {named}."
