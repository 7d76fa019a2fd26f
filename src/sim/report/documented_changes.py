"""What would have changed the outcome of a documented battle, in a few sentences: its what-if questions, ranked."""

from sim.outputs.documented_changes import DocumentedChange, DocumentedChanges, read_documented_changes
from sim.outputs.formatting import choose_clear_places, strip_placeholders
from sim.report.after_reports import is_documented_battle
from sim.report.text import lower_common
from sim.runs.replicate import Study
from sim.scenario.descriptions import capitalize, join_words
from sim.scenario.model import Scenario

MAX_NEXT = 3  # changes that are named after the first


def describe_documented_changes(study: Study) -> str:
    """What would have changed a battle, by the questions that were fought beforehand.

    Parameters
    ----------
    study
        Of a run.

    Returns
    -------
    str
        The change with the largest clear effect in a sentence, the next ones in short, and how many have none; empty
        where the battle is not the documented one, or nothing is shipped of it.
    """
    if not is_documented_battle(study.simulation):
        return ""
    changes = read_documented_changes(study.simulation.scenario, study.simulation.law)
    return "" if changes is None else format_changes(study.simulation.scenario, changes)


def format_changes(scenario: Scenario, stored: DocumentedChanges) -> str:
    """The sentences of the changes of a battle."""
    event = lower_common(strip_placeholders(scenario.headline_outputs[stored.headline - 1].text).rstrip("."))
    clear = sorted(
        (each for each in stored.changes if each.estimate.is_significant), key=lambda each: -abs(each.difference)
    )
    battles = "as the reports leave the unknowns" if stored.posterior_digest else "before any report"
    fought = f"{stored.pairs:,} pairs of battles each, {battles}, with new luck that is the same for both of a pair"
    n_asked = len(stored.changes)
    if not clear:
        return f"None of {n_asked} changes makes a clear difference to whether {event} ({fought})."
    first, *rest = clear
    sentences = [
        f"{capitalize(first.description)}, {event} in {format_share(first.changed)} of 100 battles instead of "
        f"{format_share(first.base)} ({format_effect(first)}; {format_interval(first)})."
    ]
    if rest:
        following = join_words([f"{each.description} ({format_effect(each)})" for each in rest[:MAX_NEXT]])
        sentences.append(f"Next: {following}.")
    share = f"{len(clear)} of {n_asked}" if len(clear) < n_asked else f"All {n_asked}"
    sentences.append(f"{share} changes make a clear difference ({fought}).")
    return " ".join(sentences)


def format_share(share: float) -> str:
    """A share as battles in 100.

    Examples
    --------
    >>> format_share(0.912), format_share(0.998), format_share(0.0)
    ('91', '99.8', '0')
    """
    is_extreme = 0 < share < 0.01 or 0.99 < share < 1
    return f"{100 * share:.1f}" if is_extreme else f"{100 * share:.0f}"


def format_effect(change: DocumentedChange) -> str:
    """How many battles in 100 more or fewer."""
    size = abs(100 * change.difference)
    return f"{size:.{choose_digits(change)}f} {'more' if change.difference > 0 else 'fewer'}"


def format_interval(change: DocumentedChange) -> str:
    """The 95% interval of the size of the effect."""
    low, high = sorted((abs(100 * change.low), abs(100 * change.high)))
    return f"95% interval {low:.{choose_digits(change)}f} to {high:.{choose_digits(change)}f}"


def choose_digits(change: DocumentedChange) -> int:
    """One digit after the point for what would else be 0 or 1, and as many as a clear effect needs."""
    return choose_clear_places(1 if abs(change.difference) < 0.02 else 0, 100 * change.low, 100 * change.high)
