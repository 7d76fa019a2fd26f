"""What the draws for the 1,079 battles say: shares of the laws, errors on held-out battles, trust in the choice."""

from collections.abc import Mapping

import numpy as np

from sim.validation import rejection
from sim.validation.finding import Finding, Plan, Table, Verdict
from sim.validation.victors_draws import KEPT, Battles, Draws, constant_share, held_out, summarised
from sim.validation.whole_battles import LAWS

COUNTS = (112, 251, 556, 160)  # battles in each period
TRIALS = 25  # simulated data sets of each law by which the choice is tried
# Averaged over both sides, and of the side whose losses are not given: measured with the published code, which stops.
WITH_PUBLISHED_CODE = (0.216, 0.192)
FREE_SIDE = 0.4
Drawn = Mapping[tuple[str, str], Draws]
DECISIVE = 100 / 103  # the share of one law of four, each other alike, at a Bayes factor of 100


def told(title: str, data: Mapping[str, Battles], drawn: Drawn, plan: Plan) -> Finding:
    """The finding."""
    chosen = {period: shares_of(drawn, data[period], period) for period in data}
    errors = {
        (period, law): held_out(data[period], period, law, plan.seed, drawn[period, law].errors)
        for period, law in drawn
    }
    errors |= {(period, "constant"): constant_share(data[period], period, plan.seed) for period in data}
    sizes = np.array([len(data[period].x0) for period in data], dtype=float)
    means = {
        law: sum(size * errors[period, law] for period, size in zip(data, sizes, strict=True)) / sizes.sum()
        for law in (*LAWS, "constant")
    }
    confused = np.mean([confusion(drawn, period, plan) for period in data], axis=0)
    curves = {f"shares {period}": chosen[period][1] for period in data}
    curves |= {f"errors {law}": mean for law, mean in means.items()}
    return Finding(
        "victors",
        title,
        verdicts(data, drawn, chosen, means, confused),
        (shares_table(chosen), errors_table(errors, means, list(data)), confusion_table(confused)),
        curves,
    )


def shares_of(drawn: Drawn, battles: Battles, period: str) -> np.ndarray:
    """Shares of the laws by three distances, rows: with the stop, without it, by summaries without it."""
    labels = np.repeat(np.arange(len(LAWS)), [len(drawn[period, law].errors) for law in LAWS])
    with_stop = np.concatenate([drawn[period, law].with_stop.sum(axis=1) for law in LAWS])
    without = np.concatenate([drawn[period, law].errors.sum(axis=(1, 2)) for law in LAWS])
    summaries = np.concatenate([drawn[period, law].summaries for law in LAWS])
    seen = summarised(battles, battles.x_lost, battles.y_lost)
    away = (with_stop, without, rejection.distances(summaries, seen))
    return np.array([rejection.shares(labels, rejection.nearest(each, KEPT), len(LAWS)) for each in away])


def error_with_stop(drawn: Drawn, period: str) -> float:
    """The mean relative error of the nearest draws, averaged over both sides, one of which is given in each battle."""
    errors = np.concatenate([drawn[period, law].with_stop.mean(axis=1) for law in LAWS])
    return float(errors[rejection.nearest(errors, KEPT)].mean())


def confusion(drawn: Drawn, period: str, plan: Plan) -> np.ndarray:
    """How often data of each law are laid to each law, the data being simulated by draws near the recorded battles."""
    labels = np.repeat(np.arange(len(LAWS)), [len(drawn[period, law].errors) for law in LAWS])
    summaries = np.concatenate([drawn[period, law].summaries for law in LAWS])
    without = np.concatenate([drawn[period, law].errors.sum(axis=(1, 2)) for law in LAWS])
    trials = []
    for number in range(len(LAWS)):
        of_law = np.flatnonzero(labels == number)
        near = of_law[np.argsort(without[of_law], kind="stable")[: len(of_law) // 5]]
        trials.append(near[:: max(1, len(near) // plan.times(TRIALS))][: plan.times(TRIALS)])
    return rejection.confusion(summaries, labels, np.concatenate(trials), KEPT, len(LAWS))


def verdicts(
    data: Mapping[str, Battles],
    drawn: Drawn,
    chosen: Mapping[str, np.ndarray],
    means: Mapping[str, np.ndarray],
    confused: np.ndarray,
) -> tuple[Verdict, ...]:
    """What was to be reproduced, and what was not."""
    counts = tuple(len(battles.x0) for battles in data.values())
    fatigue = [float(chosen[period][1][LAWS.index("fatigue")]) for period in data]
    by_summaries = [float(chosen[period][2][LAWS.index("fatigue")]) for period in data]
    best = min(LAWS, key=lambda law: float(means[law].sum()))
    averaged = float(means[best].mean())
    given = np.average([error_with_stop(drawn, period) for period in data], weights=counts)
    gap = [abs(float(np.diff(chosen[period][0][[2, 3]])[0])) for period in data]
    gain = 1 - averaged / float(means["constant"].mean())
    return (
        Verdict(
            "battles in each period",
            ", ".join(map(str, COUNTS)),
            ", ".join(map(str, counts)),
            counts == COUNTS,
        ),
        Verdict(
            "published: decisive evidence for fatigue",
            f"a share above {DECISIVE:.2f} in each period",
            "without the stop " + ", ".join(f"{share:.2f}" for share in fatigue),
            min(fatigue) > DECISIVE,
        ),
        Verdict(
            "the same by summaries of the losses",
            f"a share above {DECISIVE:.2f} in each period",
            ", ".join(f"{share:.2f}" for share in by_summaries),
            min(by_summaries) > DECISIVE,
        ),
        Verdict(
            "with the stop in continuous time, logarithmic law and fatigue are one model",
            "shares alike within 0.15",
            "differ by " + ", ".join(f"{each:.2f}" for each in gap),
            max(gap) < 0.15,
        ),
        Verdict(
            "measured with the published code: relative error averaged over both sides",
            " and ".join(f"{each:.3f}" for each in WITH_PUBLISHED_CODE) + f", about {FREE_SIDE} for the free side",
            f"with the stop {given:.3f}, {2 * given:.2f} for the free side",
            bool(abs(given - np.mean(WITH_PUBLISHED_CODE)) < 0.03),
        ),
        Verdict(
            "the same error without the stop, on held-out battles",
            f"at most {FREE_SIDE} for each side",
            f"victors {means[best][0]:.2f}, vanquished {means[best][1]:.2f} ({best} law)",
            float(means[best].max()) <= FREE_SIDE,
        ),
        Verdict(
            "a law predicts better than a constant fraction of each side",
            "a smaller error by a tenth or more",
            f"smaller by {100 * gain:.0f}%",
            gain >= 0.1,
        ),
        Verdict(
            "the choice tells linear and square law on data that they themselves made",
            "the right law gets more than 0.9",
            f"{confused[0, 0]:.2f} and {confused[1, 1]:.2f}",
            bool(min(confused[0, 0], confused[1, 1]) > 0.9),
        ),
        Verdict(
            "the choice tells logarithmic law and fatigue apart, likewise",
            "the right law gets more than 0.9",
            f"{confused[2, 2]:.2f} and {confused[3, 3]:.2f}",
            bool(min(confused[2, 2], confused[3, 3]) > 0.9),
        ),
    )


def shares_table(chosen: Mapping[str, np.ndarray]) -> Table:
    """Shares of each law by period and distance."""
    kinds = ("stops at the recorded losses", "a drawn time", "a drawn time, by summaries")
    rows = [
        (period, kind, *(f"{share:.2f}" for share in found[n]))
        for period, found in chosen.items()
        for n, kind in enumerate(kinds)
    ]
    return Table(
        "shares", "Share of each law among the nearest 1% of draws", ("period", "a battle ends after", *LAWS), rows
    )


def errors_table(
    errors: Mapping[tuple[str, str], np.ndarray], means: Mapping[str, np.ndarray], periods: list[str]
) -> Table:
    """Errors on held-out battles by law and side."""
    rows = [
        (law, side, *(f"{errors[period, law][n]:.2f}" for period in periods), f"{means[law][n]:.2f}")
        for law in (*LAWS, "constant")
        for n, side in enumerate(("victors", "vanquished"))
    ]
    return Table("errors", "Mean relative error on battles held out by tenths", ("law", "side", *periods, "all"), rows)


def confusion_table(confused: np.ndarray) -> Table:
    """How data of each law are laid to each law."""
    rows = [(law, *(f"{share:.2f}" for share in row)) for law, row in zip(LAWS, confused, strict=True)]
    return Table("confusion", "Share of each law (column) on data made by a law (row)", ("made by", *LAWS), rows)
