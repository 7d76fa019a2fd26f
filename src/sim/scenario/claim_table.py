"""Claims as a table, a row for each: the columns that `sim export format=claims` writes and `sim new from=` reads."""

from collections.abc import Iterator
from typing import Any, get_origin

from sim.events.observables import OBSERVABLES
from sim.scenario.model import Scenario

CLAIM_COLUMNS = {
    "id": "id of the claim",
    "statement": "what was reported, in a paraphrase",
    "citation": "where the text says so: section paragraph.sentence, after the name of the text if there are several",
    "source": "who reported it: an id or a name",
    "source_name": "name of the source",
    "source_kind": "monitor, belligerent, press, text or reference",
    "source_side": "side of a belligerent",
    "reported": "when it was reported, if not at once",
    "uncertain": "true if the text says `reportedly` or the like",
    "value": "what was said of the number, in a phrase of docs/scenario.md",
    "role": "calibration, holdout or context",
    "reason": "why it is not scored, or held out",
    "population": "name that claims of one source about the same people share",
    "includes": "ids of claims that it includes",
    "reading": "the variant reading under which it holds",
    "context_places": "places of a claim that has no observable",
}
# Columns that the reader takes beside these, and the export does not write.
EXTRA_COLUMNS = ("low", "best", "high", "latitude", "longitude")
LIST_SEPARATOR = "; "


def list_observable_columns() -> dict[str, str]:
    """The fields of all observables, `measure` first, each with the measures that have it."""
    measures: dict[str, list[str]] = {}
    for measure, model in OBSERVABLES.items():
        for name in model.model_fields:
            measures.setdefault(name, []).append(measure)
    return {
        name: "what is observed"
        if name == "measure"
        else f"of the observable; of {'every measure' if len(of) == len(OBSERVABLES) else ', '.join(of)}"
        for name, of in sorted(measures.items(), key=lambda each: (each[0] != "measure", -len(each[1]), each[0]))
    }


def list_claim_columns() -> dict[str, str]:
    """Every column with its meaning."""
    return CLAIM_COLUMNS | list_observable_columns()


def is_list_column(name: str) -> bool:
    """Whether the cells of a column are lists of ids."""
    annotations = [model.model_fields[name].annotation for model in OBSERVABLES.values() if name in model.model_fields]
    return name in ("includes", "context_places") or any(get_origin(each) is tuple for each in annotations)


def is_number_column(name: str) -> bool:
    """Whether the cells of an observable's column are numbers."""
    return any(
        model.model_fields[name].annotation is float for model in OBSERVABLES.values() if name in model.model_fields
    )


def iterate_claim_rows(scenario: Scenario) -> Iterator[dict[str, str]]:
    """A row for each claim; what it does not say is left out."""
    for id, claim in scenario.claims.items():
        data = claim.model_dump(mode="json", exclude_defaults=True)
        observable = {} if claim.observable is None else claim.observable.model_dump(mode="json", exclude_none=True)
        source = scenario.sources[claim.source]
        row = data | observable
        row |= {"id": id, "citation": str(claim.citation), "context_places": data.get("places", ())}
        row |= {"source_name": source.name, "source_kind": source.kind, "source_side": source.side}
        row["places"] = observable.get("places", ())
        yield {name: format_cell(row.get(name)) for name in list_claim_columns()}


def format_cell(value: Any) -> str:
    """A field as a cell."""
    if value is None or value is False:
        return ""
    if value is True:
        return "true"
    return LIST_SEPARATOR.join(value) if isinstance(value, list | tuple) else str(value)
