"""What there is to choose from, by kind: each with its name and its sentence. `sim list` prints it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sim import files, laws
from sim.cli.commands import COMMANDS


@dataclass(frozen=True)
class ChoiceKind:
    """A kind of things to choose from: its name in `sim list`, the setting that takes one, and what there is."""

    name: str
    setting: str | None
    entries: Callable[[], dict[str, str]]


def scenario_titles() -> dict[str, str]:
    """Every scenario with its title."""
    folder = files.scenario_folder()
    return {path.stem: first_match(r"^title: *(.+)$", path) for path in sorted(folder.glob("*.yaml"))}


def law_sentences() -> dict[str, str]:
    """Every law with the first sentence of its module."""
    return {name: first_match(r'^"""(.+?)(?:"""|$)', laws.source(name)) for name in laws.names()}


def figure_sentences() -> dict[str, str]:
    """Every figure that `sim plot` draws of some output, with the command that leaves such an output."""
    from sim.plots import stored

    return {command: "figures of its output: sim plot OUTPUT figure=all" for command in stored.names()}


def group_sentences(group: str, pattern: str) -> Callable[[], dict[str, str]]:
    """The entries of a group of conf/ with their sentences; entries in folders come as FOLDER/NAME."""

    def entries() -> dict[str, str]:
        folder = files.conf_folder() / group
        paths = sorted(folder.rglob("*.yaml"))
        return {str(path.relative_to(folder).with_suffix("")): first_match(pattern, path) for path in paths}

    return entries


def first_match(pattern: str, path: Path) -> str:
    """What a pattern finds first in a file, else its first comment, without quotes."""
    text = path.read_text(encoding="utf-8")
    match = re.search(pattern, text, re.MULTILINE) or re.search(r"^# (?!@)(.+)$", text, re.MULTILINE)
    return "" if match is None else match[1].strip().strip("\"'")


COMMENT = r"^# (?!@)(.+)$"
CHOICES = (
    ChoiceKind("commands", None, lambda: dict(COMMANDS)),
    ChoiceKind("scenarios", "scenario", scenario_titles),
    ChoiceKind("experiments", "experiment", group_sentences("experiment", r"^asks: (.+)$")),
    ChoiceKind("perturbations", "perturb", group_sentences("perturb", COMMENT)),
    ChoiceKind("laws", "law", law_sentences),
    ChoiceKind("levers", "lever", group_sentences("lever", COMMENT)),
    ChoiceKind("sweeps", "sweep", group_sentences("sweep", COMMENT)),
    ChoiceKind("backends", "backend", group_sentences("backend", COMMENT)),
    ChoiceKind("figures", None, figure_sentences),
)
