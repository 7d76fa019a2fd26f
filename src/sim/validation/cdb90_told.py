"""What the simulated battles of CDB90 say: who wins at which ratio of forces, and at what losses."""

from collections.abc import Mapping
from itertools import pairwise

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit

from sim.claims.intervals import wilson
from sim.validation.cdb90_fought import Data, Fought, censored
from sim.validation.finding import Finding, Table, Verdict

EDGES = (0.0, 0.75, 1.0, 1.5, 2.0, 3.0, 5.0, np.inf)
WON, DRAWN = 0.595, 0.0625  # shares among the 660 battles of the table less duplicates, by its patched column
ROLES = (("attacker", "winning"), ("attacker", "losing"), ("defender", "winning"), ("defender", "losing"))
MODERN = 1900
SMALL = 5000.0
MAIN = 2  # variants by the chosen law; the others are looked at more shortly
QUANTILES = (0.1, 0.5, 0.9)


def told(title: str, data: Data, fought: Mapping[str, Fought]) -> Finding:
    """The finding."""
    bins = np.array([(data.ratio > low) & (data.ratio <= high) for low, high in pairwise(EDGES)])
    recorded = np.array([np.average(data.won[each] > 0) for each in bins])
    intervals = np.array([wilson(int((data.won[each] > 0).sum()), int(each.sum())) for each in bins])
    simulated = {name: np.array([found.won[each].mean() for each in bins]) for name, found in fought.items()}
    fractions = {("recorded", *role): recorded_fractions(data, role) for role in ROLES}
    fractions |= {(name, *role): simulated_fractions(found, role) for name, found in fought.items() for role in ROLES}
    curves = {"recorded": recorded, "intervals": intervals, "counts": bins.sum(axis=1)}
    curves |= {f"won {name}": share for name, share in simulated.items()}
    curves |= {" ".join(key): np.quantile(values, np.linspace(0.01, 0.99, 99)) for key, values in fractions.items()}
    return Finding(
        "cdb90",
        title,
        (*break_verdicts(data), *outcome_verdicts(data, fought, recorded, intervals, simulated, fractions)),
        (wins_table(bins, recorded, intervals, simulated, data), losses_table(fractions), breaks_table(data)),
        curves,
    )


def recorded_fractions(data: Data, role: tuple[str, str]) -> np.ndarray:
    """Fractions lost by winners or losers of one role, as recorded."""
    side, fate = role
    lost = data.attackers_lost if side == "attacker" else data.defenders_lost
    won = data.won > 0 if side == "attacker" else data.won < 0
    beaten = data.won < 0 if side == "attacker" else data.won > 0
    found: np.ndarray = lost[won if fate == "winning" else beaten]
    return found


def simulated_fractions(found: Fought, role: tuple[str, str]) -> np.ndarray:
    """The same, as simulated."""
    side, fate = role
    lost = found.attackers_lost if side == "attacker" else found.defenders_lost
    won = found.won if side == "attacker" else ~found.won
    chosen: np.ndarray = lost[won if fate == "winning" else ~won]
    return chosen


def slope(ratio: np.ndarray, won: np.ndarray) -> float:
    """How much the log-odds of the attacker's victory rise with the logarithm of the force ratio."""
    x, y = np.log(ratio), won.astype(float)

    def unlikely(values: np.ndarray) -> float:
        chance = np.clip(expit(values[0] + values[1] * x), 1e-12, 1 - 1e-12)
        return -float((y * np.log(chance) + (1 - y) * np.log(1 - chance)).sum())

    return float(minimize(unlikely, np.zeros(2), method="BFGS").x[1])


def break_verdicts(data: Data) -> list[Verdict]:
    """The data and the censored fits from which the priors of break points were taken."""
    shares = (np.mean(data.won > 0), np.mean(data.won == 0))
    verdicts = [
        Verdict(
            "share of battles won by the attacker, and drawn",
            f"{WON:.1%}, {DRAWN:.1%}",
            f"{shares[0]:.1%}, {shares[1]:.1%} of {len(data.won)}",
            bool(abs(shares[0] - WON) < 5e-4 and abs(shares[1] - DRAWN) < 5e-4),
        )
    ]
    for (subset, role), (n, broke, median, sigma) in data.golden.items():
        chosen = subsets(data).get(subset)
        if chosen is None:
            continue
        part = data.of(chosen)
        lost, gave_way = of_role(part, role)
        found = censored(lost, gave_way)
        same = len(lost) == n and gave_way.sum() == broke
        verdicts.append(
            Verdict(
                f"break points of the {role}, {subset}",
                f"n {n}, {broke} broke, median {median:.3f}, sigma {sigma:.2f}",
                f"n {len(lost)}, {gave_way.sum()} broke, median {found[0]:.3f}, sigma {found[1]:.2f}",
                bool(same and abs(found[0] - median) < 2e-3 and abs(found[1] - sigma) < 1e-2),
            )
        )
    return verdicts


def subsets(data: Data) -> dict[str, np.ndarray]:
    """Parts of the data by the names of the golden fits."""
    return {
        "all 1600-1982": data.won == data.won,
        "1937+": data.year >= 1937,
        "both<5000 strength": (data.attackers < SMALL) & (data.defenders < SMALL),
    }


def of_role(data: Data, role: str) -> tuple[np.ndarray, np.ndarray]:
    """Fractions lost by a role, and whether it lost the battle."""
    if role == "attacker":
        return data.attackers_lost, data.won < 0
    return data.defenders_lost, data.won > 0


def outcome_verdicts(
    data: Data,
    fought: Mapping[str, Fought],
    recorded: np.ndarray,
    intervals: np.ndarray,
    simulated: Mapping[str, np.ndarray],
    fractions: Mapping[tuple[str, str, str], np.ndarray],
) -> list[Verdict]:
    """What our engagement was to reproduce."""
    verdicts = []
    for name, found in list(fought.items())[:MAIN]:
        inside = int(((simulated[name] >= intervals[:, 0]) & (simulated[name] <= intervals[:, 1])).sum())
        share, low, high = found.won.mean(), *wilson(int((data.won > 0).sum()), len(data.won))
        verdicts += [
            Verdict(
                f"{name}: share won by the attacker",
                f"{np.mean(data.won > 0):.2f} (95% interval {low:.2f} to {high:.2f})",
                f"{share:.2f}",
                bool(low <= share <= high),
            ),
            Verdict(
                f"{name}: the same by force ratio",
                f"inside the 95% interval in at least 6 of {len(recorded)} classes",
                f"in {inside}",
                inside >= 6,
            ),
            slope_verdict(name, data, found),
        ]
        for side, fate in ROLES:
            seen, ours = (float(np.median(fractions[which, side, fate])) for which in ("recorded", name))
            verdicts.append(
                Verdict(
                    f"{name}: median fraction lost by a {fate} {side}",
                    f"{seen:.3f}, within a factor of 1.5",
                    f"{ours:.3f}",
                    bool(2 / 3 <= ours / seen <= 1.5),
                )
            )
    return verdicts + [slope_verdict(name, data, found) for name, found in list(fought.items())[MAIN:]]


def slope_verdict(name: str, data: Data, found: Fought) -> Verdict:
    """The slope on the force ratio, with its spread by the battles themselves (a jackknife in twenty parts)."""
    seen = slope(data.ratio, data.won > 0)
    parts = [np.arange(len(data.won)) % 20 != part for part in range(20)]
    without = np.array([slope(data.ratio[part], data.won[part] > 0) for part in parts])
    error = float(np.sqrt(19 / 20 * ((without - without.mean()) ** 2).sum()))
    ours = slope(np.repeat(data.ratio, found.won.shape[1]), found.won.ravel())
    return Verdict(
        f"{name}: rise of the log-odds with the logarithm of the force ratio",
        f"{seen:.2f} ± {2 * error:.2f}",
        f"{ours:.2f}",
        bool(abs(ours - seen) <= 2 * error),
    )


def wins_table(
    bins: np.ndarray, recorded: np.ndarray, intervals: np.ndarray, simulated: Mapping[str, np.ndarray], data: Data
) -> Table:
    """The attacker's share of victories by force ratio."""
    rows = []
    for n, (low, high) in enumerate(pairwise(EDGES)):
        name = f"over {low:g}" if high == np.inf else f"{low:g} to {high:g}"
        modern = bins[n] & (data.year >= MODERN)
        rows.append(
            (
                name,
                int(bins[n].sum()),
                f"{recorded[n]:.2f}",
                f"{intervals[n][0]:.2f} to {intervals[n][1]:.2f}",
                f"{np.mean(data.won[modern] > 0):.2f}" if modern.any() else "-",
                *(f"{share[n]:.2f}" for share in simulated.values()),
            )
        )
    headings = ("attackers for each defender", "battles", "recorded", "95% interval", f"since {MODERN}", *simulated)
    return Table("wins", "Share of battles that the attacker wins", headings, rows)


def losses_table(fractions: Mapping[tuple[str, str, str], np.ndarray]) -> Table:
    """Quantiles of the fractions lost."""
    kinds = list(dict.fromkeys(which for which, _, _ in fractions))
    rows = [
        (f"{fate} {side}", which, *(f"{value:.3f}" for value in np.quantile(fractions[which, side, fate], QUANTILES)))
        for side, fate in ROLES
        for which in kinds
    ]
    headings = ("who", "which", *(f"{100 * share:.0f}%" for share in QUANTILES))
    return Table("losses", "Fractions lost (killed, wounded and taken), quantiles", headings, rows)


def breaks_table(data: Data) -> Table:
    """Censored fits of break points again."""
    rows = []
    for subset, chosen in subsets(data).items():
        for role in ("attacker", "defender"):
            lost, broke = of_role(data.of(chosen), role)
            median, sigma = censored(lost, broke)
            rows.append((subset, role, len(lost), int(broke.sum()), f"{median:.3f}", f"{sigma:.2f}"))
    return Table(
        "breaks",
        "Break points, losers broken and all others censored: lognormal",
        ("battles", "side", "n", "broke", "median", "sigma"),
        rows,
    )
