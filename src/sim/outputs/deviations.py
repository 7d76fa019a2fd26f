"""In what the battles of an output differ from the documented battle, in words, from the settings that made them."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sim import laws
from sim.scenario.descriptions import format_end, join_words

if TYPE_CHECKING:
    from sim.storage.manifest import Manifest

PAIRED_COMMAND = "whatif"  # its perturbations are what it asks, and its base case has none of them


def find_deviations(manifest: "Manifest") -> list[str]:
    """In what the battles of a stored output differ from the documented one.

    Parameters
    ----------
    manifest
        The manifest of any output: its settings are read.

    Returns
    -------
    list[str]
        A phrase for each deviation; none if the battle is the documented one.
    """
    return list_deviations(manifest.command, manifest.settings.model_dump(mode="json"))


def list_deviations(command: str, settings: Mapping[str, Any]) -> list[str]:
    """In what the battles of a command differ from the documented one.

    Parameters
    ----------
    command
        The command that simulates them; of a what-if, the base case is described.
    settings
        Its settings as plain data, as the manifest has them; those that are absent are as in the documented battle.

    Returns
    -------
    list[str]
        A phrase for each deviation; none if the battle is the documented one.

    Examples
    --------
    >>> settings = {"law": "square", "perturb": {"quiet_sky": {"description": "without air strikes"}}}
    >>> list_deviations("run", settings)
    ['without air strikes', "fought under the square law, not Helmbold's law"]
    >>> list_deviations("whatif", {"perturb": {"quiet_sky": {}}})
    []
    """
    changes = [] if command == PAIRED_COMMAND else list(describe_perturbations(settings))
    return [*changes, *describe_base_case(settings)]


def describe_perturbations(settings: Mapping[str, Any]) -> Iterator[str]:
    """The perturbations in one phrase, with the moment at which they set in; nothing if there are none."""
    perturbations: Mapping[str, Any] = settings.get("perturb") or {}
    phrases = [(each or {}).get("description") or name.replace("_", " ") for name, each in perturbations.items()]
    if phrases:
        moment = parse_moment(settings.get("intervene_at"))
        yield join_words(phrases) + (f", from {format_start(moment)} on" if moment else "")


def describe_base_case(settings: Mapping[str, Any]) -> Iterator[str]:
    """What else is not as documented: readings, values, the law and its parameters, unknowns, the end."""
    for name, option in (settings.get("reading") or {}).items():
        yield f"“{name.replace('_', ' ')}” is read as “{option.replace('_', ' ')}”"
    for path, value in flatten_overrides(settings.get("override") or {}):
        yield f"{path} is set to {value}"
    law = settings.get("law") or laws.DEFAULT_LAW
    if law != laws.DEFAULT_LAW:
        yield f"fought under {laws.find_display_name(law)}, not {laws.find_display_name(laws.DEFAULT_LAW)}"
    for name, value in (settings.get("law_parameters") or {}).items():
        yield f"the law's {name.replace('_', ' ')} is fixed at {value:g}"
    if settings.get("parameters") == "median":
        yield "every unknown is at its median"
    if (until := parse_moment(settings.get("until"))) is not None:
        yield f"only until {'the end of ' if is_midnight(until) else ''}{format_end(until)}"


def flatten_overrides(node: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Nested values as dotted paths."""
    for key, value in node.items():
        path = f"{prefix}.{key}" if prefix else str(key)
        if isinstance(value, Mapping):
            yield from flatten_overrides(value, path)
        else:
            yield path, value


def parse_moment(value: object) -> datetime | None:
    """A moment of the settings, which are plain data in a manifest."""
    return datetime.fromisoformat(value) if isinstance(value, str) else value if isinstance(value, datetime) else None


def is_midnight(moment: datetime) -> bool:
    """Whether a moment ends a day."""
    return (moment.hour, moment.minute, moment.second) == (0, 0, 0)


def format_start(moment: datetime) -> str:
    """A moment from which something holds: `2 June`, `14:00 on 2 June`."""
    clock = "" if is_midnight(moment) else f"{moment:%H:%M} on "
    return f"{clock}{moment.day} {moment:%B}"


def describe_subject(command: str, settings: Mapping[str, Any]) -> list[str]:
    """What stands above the results of a command: the question that is asked, and the deviations, if there are any.

    >>> describe_subject("run", {"question_text": "What if it had ended sooner?", "until": "2001-06-02T14:00"})
    ['What if it had ended sooner?', 'Not the documented battle: only until 2 June 14:00.']
    """
    return list(filter(None, [settings.get("question_text"), format_deviations(list_deviations(command, settings))]))


def format_deviations(deviations: Sequence[str]) -> str:
    """The line that says in what a battle differs; empty for the documented battle.

    >>> format_deviations(["without air strikes", "only until 3 June 12:00"])
    'Not the documented battle: without air strikes; only until 3 June 12:00.'
    >>> format_deviations([])
    ''
    """
    return f"Not the documented battle: {'; '.join(deviations)}." if deviations else ""
