"""What several battles say together, in sentences and a table."""

from collections.abc import Iterator

from rich.table import Table

from sim.inference.pooled_battles import NONE_LEFT_OUT, BattlePool
from sim.scenario.descriptions import join_words

MOST_ROWS = 15
NOTED = 0.1  # of a standard deviation of the prior: a smaller shift or narrowing is left out of the table


def describe_pool(pool: BattlePool) -> Iterator[str]:
    """How much battles have in common, what each taught, and what it hangs on."""
    together = pool.posteriors[NONE_LEFT_OUT]
    low, middle, high = (100 * each for each in together.compute_shared_quantiles([0.05, 0.5, 0.95]))
    titles = [f"{each.scenario.title} ({len(pool.evidence[name].values)})" for name, each in pool.battles.items()]
    yield (
        f"{len(pool.battles)} battles pooled, {len(pool.parameters)} unknowns that two or more of them have. Each "
        f"taught in so many directions: {join_words(titles)}."
    )
    yield (
        f"Of the prior's variance, {middle:.0f}% is common to all battles ({low:.0f} to {high:.0f}%, nine in ten; 5 to "
        "90% before): the more, the more one battle says of the next."
    )
    yield (
        "It takes a posterior for normal in the directions in which it is narrower than its prior by more than chance, "
        "and these battles for a sample of all battles; they were chosen since they can be read."
    )


def build_pool_table(pool: BattlePool) -> Table:
    """The unknowns that moved or narrowed most, in standard deviations of the prior."""
    posterior = pool.posteriors[NONE_LEFT_OUT]
    movement = posterior.movement.tolist()
    order = sorted((n for n, each in enumerate(movement) if each >= NOTED), key=lambda n: -movement[n])
    rest = len(pool.parameters) - len(order[:MOST_ROWS])
    title = "What a battle that taught nothing may expect, in standard deviations of its prior"
    caption = f"{rest} more moved by less" if rest else None
    table = Table(title=title, title_justify="left", caption=caption, caption_justify="left", pad_edge=False)
    for heading in ("unknown", "battles", "shift", "spread (before: 1)"):
        table.add_column(heading, justify="left" if heading == "unknown" else "right")
    for n in order[:MOST_ROWS]:
        name = pool.parameters[n]
        shift = f"{posterior.mean[n]:+.2f}".replace("-", "−")
        table.add_row(name.replace("_", " "), str(pool.count_battles(name)), shift, f"{posterior.sd[n]:.2f}")
    return table
