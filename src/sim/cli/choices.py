"""What there is to choose from, by kind: each with its name and its description. `sim list` prints it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim import laws
from sim import paths as files
from sim.cli.commands import COMMANDS

if TYPE_CHECKING:
    from sim.scenario.prior_packs import AnyPack


@dataclass(frozen=True)
class ChoiceKind:
    """A kind of choices: its name in `sim list`, the setting that takes one, and how to read names and descriptions."""

    name: str
    setting: str | None
    read_entries: Callable[[], dict[str, str]]


def read_shipped_scenarios() -> dict[str, str]:
    """Every scenario that is shipped: its title and, of a battle of the catalogue, how it is documented."""
    from sim.scenario.catalogue import read_catalogue

    titles = read_scenario_titles({path.stem: path for path in sorted(files.scenario_folder().glob("*.yaml"))})
    return titles | {entry.name: entry.describe() for entry in read_catalogue()}


def read_scenario_titles(file_by_name: Mapping[str, Path]) -> dict[str, str]:
    """Scenarios with their titles."""
    return {name: extract_first_match(r"^title: *(.+)$", path) for name, path in file_by_name.items()}


def read_law_descriptions() -> dict[str, str]:
    """Every law with the first sentence of its module."""
    return {name: extract_first_match(r'^"""(.+?)(?:"""|$)', laws.find_source(name)) for name in laws.list_names()}


def read_figure_descriptions() -> dict[str, str]:
    """Every figure with the first sentence of its file, and the commands whose outputs it is drawn from."""
    from sim.plots.registry import describe_figures  # here, since it loads the files of all figures

    return describe_figures()


def read_pack_descriptions() -> dict[str, str]:
    """Every pack of priors: its kind, its years and sizes, its title and its sources."""
    from sim.scenario.prior_packs import list_packs, load_any_pack  # here, since it reads every pack

    return {name: describe_pack(load_any_pack(name)) for name in list_packs()}


def describe_pack(pack: "AnyPack") -> str:
    """A pack of priors in one line.

    >>> from sim.scenario.prior_packs import load_any_pack
    >>> describe_pack(load_any_pack("company"))[:48]
    'echelon; 1800 to 2030; assaults of 30 to 300 peo'
    """
    sizes = f"{pack.sizes.low:,.0f} to {pack.sizes.high:,.0f}"
    sources = f" ({', '.join(pack.reference)})" if pack.reference else ""
    return f"{getattr(pack, 'kind', 'fit')}; {pack.years}; assaults of {sizes} people; {pack.title}{sources}"


def read_rule_parameters() -> dict[str, str]:
    """Every prior that the rules of battle may ask for, with its meaning and whose own it may be."""
    from sim.scenario.rule_parameters import RULE_PARAMETERS

    owners = {name: f" (may differ by {' or '.join(row.owners)})" for name, row in RULE_PARAMETERS.items()}
    return {name: row.meaning + (owners[name] if row.owners else "") for name, row in RULE_PARAMETERS.items()}


def read_measures() -> dict[str, str]:
    """What a claim may be about."""
    from sim.events.observables import OBSERVABLES

    return {name: first_sentence(observable) for name, observable in OBSERVABLES.items()}


def read_claim_kinds() -> dict[str, str]:
    """How a claim may be put."""
    from sim.scenario.claim_kinds import CLAIM_KINDS

    return {kind.example: kind.meaning for kind in CLAIM_KINDS.values()}


def read_order_kinds() -> dict[str, str]:
    """The kinds of orders."""
    from typing import get_args

    from sim.scenario.orders import AnyOrder

    return {
        kind: first_sentence(model)
        for model in get_args(get_args(AnyOrder)[0])
        for kind in get_args(model.model_fields["kind"].annotation)
    }


def read_check_rules() -> dict[str, str]:
    """The rules of `sim check`."""
    from sim.scenario.lint import load_rules

    sentences = {name: " ".join(rule.explanation.split()).split(". ")[0] for name, rule in load_rules().items()}
    return {name: f"{sentence.rstrip('.')}." for name, sentence in sentences.items()}


def read_baselines() -> dict[str, str]:
    """The baselines that forecasts are held against."""
    from sim.scoring.baselines import BASELINES

    return {name: each.description for name, each in BASELINES.items()}


def make_plugin_reader(package: str) -> Callable[[], dict[str, str]]:
    """A function that reads the plug-ins of a package, each with the first sentence of its file."""

    def read_entries() -> dict[str, str]:
        folder = Path(__file__).parent.parent.joinpath(*package.split("."))
        files_by_name = {path.stem: path for path in sorted(folder.glob("*.py")) if path.stem != "__init__"}
        return {name: extract_first_match(r'^"""(.+?)(?:"""|$)', path) for name, path in files_by_name.items()}

    return read_entries


def first_sentence(described: Any) -> str:
    """The first line of a docstring."""
    return (described.__doc__ or "").strip().splitlines()[0]


def make_group_reader(group: str, pattern: str) -> Callable[[], dict[str, str]]:
    """A function that reads the entries of a group of conf/; entries in folders come as FOLDER/NAME."""

    def read_entries() -> dict[str, str]:
        folder = files.conf_folder() / group
        paths = sorted(folder.rglob("*.yaml"))
        return {str(path.relative_to(folder).with_suffix("")): extract_first_match(pattern, path) for path in paths}

    return read_entries


def extract_first_match(pattern: str, path: Path) -> str:
    """The first match of a pattern in a file, else its first comment, without quotes."""
    text = path.read_text(encoding="utf-8")
    match = re.search(pattern, text, re.MULTILINE) or re.search(COMMENT, text, re.MULTILINE)
    return "" if match is None else match[1].strip().strip("\"'")


COMMENT = r"^# (?!@)(.+)$"
CHOICES = (
    ChoiceKind("commands", None, lambda: dict(COMMANDS)),
    ChoiceKind("scenarios", "scenario", read_shipped_scenarios),
    ChoiceKind("questions", "question", make_group_reader("question", r"^question_text: (.+)$")),
    ChoiceKind("presets", "preset", make_group_reader("preset", COMMENT)),
    ChoiceKind("perturbations", "perturb", make_group_reader("perturb", COMMENT)),
    ChoiceKind("laws", "law", read_law_descriptions),
    ChoiceKind("factors", "factor", make_group_reader("factor", COMMENT)),
    ChoiceKind("sweeps", "sweep", make_group_reader("sweep", COMMENT)),
    ChoiceKind("backends", "backend", make_group_reader("backend", COMMENT)),
    ChoiceKind("figures", None, read_figure_descriptions),
    ChoiceKind("packs", None, read_pack_descriptions),
    ChoiceKind("priors", None, read_rule_parameters),
    ChoiceKind("orders", None, read_order_kinds),
    ChoiceKind("measures", None, read_measures),
    ChoiceKind("claims", None, read_claim_kinds),
    ChoiceKind("checks", None, read_check_rules),
    ChoiceKind("formats", None, make_plugin_reader("drafts.formats")),
    ChoiceKind("exports", "format", make_plugin_reader("outputs.exports")),
    ChoiceKind("baselines", None, read_baselines),
)
