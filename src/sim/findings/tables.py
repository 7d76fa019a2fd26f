"""Forecasts and findings as tables."""

from collections.abc import Mapping, Sequence

import pyarrow as pa

from sim.experiment.score_tables import scores_table, skill_table, told_table
from sim.experiment.scoring import Rival, Split, together
from sim.findings.clustered import Estimate
from sim.findings.foreseen import Foreseen
from sim.findings.found import Found
from sim.findings.versions import Version
from sim.scenario.model import Scenario

DAY_AHEAD = "a day ahead"
QUANTILES = ("q05", "q25", "q50", "q75", "q95")
FANS = pa.schema(
    [("split", pa.string()), ("side", pa.string()), ("midnight", pa.timestamp("us"))]
    + [(name, pa.float64()) for name in QUANTILES]
)


def rivals_of(found: Sequence[Foreseen], seed: int) -> dict[str, tuple[Rival, ...]]:
    """Baselines by cut; forecasts of a next day are too small to be judged each by itself, and stand together."""
    splits = {each.cut.name: each.split.rivals for each in found if each.split is not None and not each.cut.daily}
    days = [each.split for each in found if each.split is not None and each.cut.daily]
    return splits | ({DAY_AHEAD: together(days, DAY_AHEAD, seed)} if days else {})


def forecast_tables(
    scenario: Scenario, found: Sequence[Foreseen], rivals: Mapping[str, Sequence[Rival]]
) -> dict[str, pa.Table]:
    """What was told beside its forecast, scores, skill, and what could not be asked; `split` is the name of the cut."""
    splits: list[Split] = [each.split for each in found if each.split is not None]
    unasked = [
        {"split": each.cut.name, "claim": claim}
        for each in found
        if each.ahead is not None
        for claim in each.ahead.unasked
    ]
    opened = [
        {
            "split": each.cut.name,
            "side": fan.side,
            "midnight": midnight,
            **dict(zip(QUANTILES, row, strict=True)),
        }
        for each in found
        for fan in each.fans
        for midnight, row in zip(fan.midnights, fan.quantiles.tolist(), strict=True)
    ]
    return {
        "fans": pa.Table.from_pylist(opened, schema=FANS),
        "told": told_table(scenario, splits),
        "scores": scores_table(splits),
        "skill": skill_table(rivals),
        "unasked": pa.Table.from_pylist(unasked, schema=pa.schema([("split", pa.string()), ("claim", pa.string())])),
    }


def finding_tables(found: Found, versions: Sequence[Version]) -> dict[str, pa.Table]:
    """Turns, events, counts, the place of each claim, sources and versions."""
    rows: dict[str, list[dict[str, object]]] = {
        "turns": [
            {
                "turn": each.turn,
                "says": each.says,
                **ends("chance", each.chance),
                **ends("held", each.held),
                **ends("otherwise", each.otherwise),
                **ends("moves", each.moves),
                "battles": each.battles,
                "others": each.others,
            }
            for each in found.ledger
        ],
        "events": [
            {"text": each.text, **ends("chance", each.chance), "share_of_unknowns": each.unknowns}
            for each in found.events
        ],
        "numbers": [
            {
                "text": each.text,
                "median": each.median,
                "q05": each.most[0],
                "q95": each.most[1],
                **ends("mean", each.mean),
            }
            for each in found.numbers
        ],
        "places": [
            {"claim": each.claim, "term": each.term, "place": each.transform, "tail": each.tail, "median": each.median}
            for each in found.likely.places
        ],
        "factors": [
            {"source": each.source, "side": each.side, **three("prior", each.before), **three("posterior", each.after)}
            for each in found.factors
        ],
        "ratios": [
            {
                "first": each.first,
                "second": each.second,
                "side": each.side,
                **three("prior", each.before),
                **three("posterior", each.after),
            }
            for each in found.ratios
        ],
        "versions": [
            {
                "version": each.name,
                "log_evidence": each.evidence.log,
                "evidence_error": each.evidence.error,
                "comparable": each.comparable,
                **{
                    f"event_{n}_{name}": value
                    for n, event in enumerate(each.events)
                    for name, value in ends("chance", event.chance).items()
                },
                **{f"number_{n}_median": number.median for n, number in enumerate(each.numbers)},
                "against": " ".join(each.against),
            }
            for each in versions
        ],
    }
    return {name: pa.Table.from_pylist(each) for name, each in rows.items() if each}


def ends(name: str, estimate: Estimate | None) -> dict[str, float | None]:
    """An estimate as three columns."""
    values = (None, None, None) if estimate is None else (estimate.value, estimate.low, estimate.high)
    return dict(zip((name, f"{name}_low", f"{name}_high"), values, strict=True))


def three(name: str, values: tuple[float, float, float]) -> dict[str, float]:
    """A median with its 90 per cent as three columns."""
    return dict(zip((f"{name}_median", f"{name}_q05", f"{name}_q95"), values, strict=True))
