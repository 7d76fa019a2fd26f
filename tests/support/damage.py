"""The text of the teaching scenario, damaged on purpose, and what is said of it."""

from pathlib import Path

from sim import paths
from sim.scenario import Scenario, ScenarioError, load

TEXT = (paths.scenario_folder() / "teaching.yaml").read_text(encoding="utf-8")

Damage = tuple[str, str]


def damaged(*damage: Damage, text: str = TEXT) -> str:
    """The text with each passage replaced once; the passage must be there."""
    for old, new in damage:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def loaded(folder: Path, text: str) -> Scenario:
    """The scenario of a text, read from a file `t.yaml`."""
    path = folder / "t.yaml"
    path.write_text(text, encoding="utf-8")
    return load(path)


def complaints(folder: Path, text: str) -> list[str]:
    """What is said of a text, without the folder: `t.yaml:LINE:COLUMN: ...`; an empty list if it is sound."""
    try:
        loaded(folder, text)
    except ScenarioError as error:
        return [line.removeprefix(f"{folder}/") for line in error.messages]
    return []


def position(text: str, anchor: str) -> str:
    """`t.yaml:LINE:COLUMN:` of the first place where a passage stands."""
    before = text[: text.index(anchor)]
    return f"t.yaml:{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}:"
