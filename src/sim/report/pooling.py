"""What several battles say together, in sentences and a table."""

from collections.abc import Iterator

from rich.table import Table

from sim.inference.pooled_battles import BattlePool
from sim.report.terminal_table import make_table
from sim.scenario.descriptions import capitalize, join_words
from sim.scenario.prior_pools import NONE_LEFT_OUT
from sim.scenario.unknown_names import describe_unknown


def describe_pool(pool: BattlePool) -> Iterator[str]:
    """How much battles have in common, what each contributes, and what is assumed."""
    together = pool.posteriors[NONE_LEFT_OUT]
    low, middle, high = (100 * each for each in together.compute_shared_quantiles([0.05, 0.5, 0.95]))
    titles = [f"{each.scenario.title} {len(pool.evidence[name].values)}" for name, each in pool.battles.items()]
    yield (
        f"{middle:.0f} % of the prior variance is common to all battles (90 % interval {low:.0f} to {high:.0f}; before "
        "these battles 5 to 90): the more it is, the more one battle says of the next."
    )
    yield (
        f"{len(pool.battles):,} battles are pooled, which share {len(pool.parameters)} unknowns. So many combinations "
        f"of them each battle says something of: {join_words(titles)}."
    )
    yield (
        "Assumed: a posterior is normal in the combinations in which it is clearly narrower than its prior, and these "
        "battles, chosen because they can be read, are a sample of all battles."
    )


def build_pool_table(pool: BattlePool) -> Table:
    """The shared unknowns in standard deviations of the prior, those first that moved or narrowed most."""
    posterior = pool.posteriors[NONE_LEFT_OUT]
    movement = posterior.movement.tolist()
    title = "What to expect of a battle without reports of its own, in standard deviations of its prior"
    table = make_table(title, ("unknown",), ("battles", "shift", "spread (before: 1)"))
    for n in sorted(range(len(pool.parameters)), key=lambda n: -movement[n]):
        name = pool.parameters[n]
        shift = f"{posterior.mean[n]:+.2f}".replace("-", "−")
        words = capitalize(describe_unknown(pool.find_scenario(name), name))
        table.add_row(words, str(pool.count_battles(name)), shift, f"{posterior.sd[n]:.2f}")
    return table
