"""A completed draft as the text of a scenario, with everything that is to be read under `to_read`."""

import textwrap
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from sim.drafts.draft import Draft, DraftedClaim, DraftedForce, DraftedPlace, DraftedSource
from sim.drafts.drafted_priors import make_prior_packs, make_priors, make_source_model
from sim.drafts.yaml_text import format_block, format_moment
from sim.scenario.migration import SCHEMA

DEFAULT_NOTE = "drafted: read it against its source"
TERRAIN = "ground"
DEGREES_PER_HOUR = 15  # of longitude
MAX_OFFSET = 12


def format_scenario(draft: Draft, name: str, schema_path: str) -> str:
    """The YAML of a scenario that a completed draft gives."""
    comment = [
        f"Drafted from {draft.description}. Nobody has read it yet: everything that is to be read against its source "
        "stands under `to_read` at the end, with what was guessed of it; take a line out when it has been read.",
        *draft.notes,
    ]
    lines = [f"# yaml-language-server: $schema={schema_path}"]
    lines += [f"# {line}" for text in comment for line in textwrap.wrap(text, 116)]
    lines += format_block(make_data(draft, name))
    return "\n".join(lines) + "\n"


def make_data(draft: Draft, name: str) -> dict[str, Any]:
    """The plain data of the scenario."""
    assert draft.begins is not None
    assert draft.ends is not None
    places = {id: make_place(place, draft) for id, place in draft.places.items()}
    first_side, first_place = next(iter(draft.sides)), next(iter(draft.places))
    middle = draft.places[first_place]
    offset = max(-MAX_OFFSET, min(MAX_OFFSET, round(middle.longitude / DEGREES_PER_HOUR)))
    text = {} if draft.text is None else {"text": drop_empty(vars(draft.text))}
    texts = {} if not draft.texts else {"texts": {id: drop_empty(vars(each)) for id, each in draft.texts.items()}}
    return {
        "schema": SCHEMA,
        "name": name,
        "title": draft.title,
        "begins": format_moment(draft.begins),
        "ends": format_moment(draft.ends),
        **text,
        **texts,
        "sources": {id: make_source(source, name) for id, source in draft.sources.items()},
        "claims": {id: make_claim(claim) for id, claim in draft.claims.items()},
        "sides": {
            id: {"name": side.name, "short_name": side.short_name, "member_noun": "people", "colour": side.colour}
            for id, side in draft.sides.items()
        },
        "objective": {"side": first_side, "place": first_place},
        "headline_outputs": [make_headline(draft)],
        "astronomy": {
            "latitude": middle.latitude,
            "longitude": middle.longitude,
            "utc_offset": offset,
            "source": next(iter(draft.sources)),
        },
        "terrains": {TERRAIN: make_terrain()},
        "road_types": {"road": {"name": "road", "speed_factor": {"value": 1.0, "assumption": "the measure of others"}}}
        if draft.roads
        else {},
        "places": places,
        "roads": {id: make_road(road.between, road.km) for id, road in draft.roads.items()},
        "forces": {id: make_force(id, force) for id, force in draft.forces.items()},
        "orders": {
            id: {
                "kind": order.kind,
                "side": order.side,
                "forces": list(order.forces),
                "target": order.target,
                "window": {"earliest": format_moment(order.earliest), "latest": format_moment(order.latest)},
                "rationale": order.rationale,
            }
            for id, order in draft.orders.items()
        },
        "source_model": make_source_model(draft),
        "prior_packs": make_prior_packs(draft.begins.year),
        "priors": make_priors(draft),
        "to_read": list_unread(draft),
    }


def list_unread(draft: Draft) -> dict[str, str]:
    """Everything that is to be read, by its path, with what was guessed of it."""
    items = {
        f"{section}.{id}": item.note or DEFAULT_NOTE
        for section in ("claims", "sources", "sides", "places", "roads", "forces", "orders")
        for id, item in getattr(draft, section).items()
    }
    return {
        **items,
        **draft.guesses,
        "objective": "what the battle was about is not in the file",
        "astronomy": "hours ahead of universal time are guessed from the longitude",
        f"terrains.{TERRAIN}": "what kind of ground it was is not in the file",
        "prior_packs": "the era is guessed from the year, and the echelon is that of a battalion",
    }


def drop_empty(values: Mapping[str, Any]) -> dict[str, Any]:
    """What is given."""
    return {key: value for key, value in values.items() if value not in (None, (), "", False)}


def make_source(source: DraftedSource, name: str) -> dict[str, Any]:
    """A source; without a reference of its own it cites the file."""
    data = drop_empty({"name": source.name, "kind": source.kind, "side": source.side})
    return data | {"reference": source.reference or make_reference_key(name)} | drop_empty({"address": source.address})


def make_reference_key(name: str) -> str:
    """The key of the file in the scenario's bibliography."""
    return f"{name}_file"


def make_claim(claim: DraftedClaim) -> dict[str, Any]:
    """A claim; its fields are those of the scenario."""
    return drop_empty({each.name: getattr(claim, each.name) for each in fields(claim) if each.name != "note"})


def make_place(place: DraftedPlace, draft: Draft) -> dict[str, Any]:
    """A place."""
    origin: dict[str, Any] = {"source": place.source or next(iter(draft.sources))}
    if place.within_km is not None:
        origin = {"estimated_within_km": place.within_km, "reason": place.reason or DEFAULT_NOTE}
    return {
        "name": place.name,
        **drop_empty({"aliases": place.aliases}),
        "terrain": TERRAIN,
        "coordinates": {"lat": place.latitude, "lon": place.longitude, **origin},
        "initial_control": {"side": place.holder, "assumption": "drafted: who held it at first is to be read"},
        "rationale": "drafted from the file",
    }


def make_road(between: tuple[str, str], km: float | None) -> dict[str, Any]:
    """A link of two places."""
    length = {} if km is None else {"km": {"value": km, "assumption": "as the file has it"}}
    return {"between": list(between), "road_type": "road", **length, "rationale": "drafted from the file"}


def make_force(id: str, force: DraftedForce) -> dict[str, Any]:
    """A force; its strength is the file's number, or a wide prior."""
    strength: dict[str, Any] = {"prior": f"strength_{id}"}
    if force.strength is not None:
        strength = {"value": force.strength, "assumption": "drafted: as the file has it"}
    return {
        "name": force.name,
        "side": force.side,
        "location": force.location,
        "strength": strength,
        **drop_empty({"unit_hierarchy": force.unit_hierarchy}),
        "rationale": "drafted from the file" if force.strength is not None else "drafted: somebody fought on this side",
    }


def make_terrain() -> dict[str, Any]:
    """Ground of an unknown kind."""
    assumption = "drafted: ground of an unknown kind"
    return {
        "name": "ground of an unknown kind",
        "cover": {"value": 0.3, "assumption": assumption},
        "max_engaged": {"value": 800, "assumption": assumption},
        "depth_km": {"value": 2.0, "assumption": assumption},
        "blocks": 4,
    }


def make_headline(draft: Draft) -> dict[str, Any]:
    """The one thing that any draft can ask: how many of both sides are killed."""
    assert draft.ends is not None
    return {
        "text": "In half of all battles between {low} and {high} of both sides are killed; the median is {median}.",
        "observable": {"measure": "killed", "sides": list(draft.sides), "until": format_moment(draft.ends)},
    }


def format_bibliography(draft: Draft, name: str, file_name: str, day: str) -> str:
    """A bibliography with the file as its one entry."""
    title, file = (
        text.replace("{", "(").replace("}", ")").replace("\\", "/") for text in (draft.description, file_name)
    )
    note = f"the file {file}, as it was on {day}: name its author and where it is from"
    return f"@misc{{{make_reference_key(name)},\n  title = {{{title}}},\n  note = {{{note}}}\n}}\n"
