"""`sim new`: start a scenario from a commented skeleton that passes `sim check` and runs."""

import json
import os
import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from sim import paths
from sim.cli.arguments import plain_command, split_arguments
from sim.cli.errors import SettingsError, make_choice_error
from sim.cli.process import print_text
from sim.scenario.lint.unread_items import describe_unread
from sim.scenario.prior_packs import load_rule_packs
from sim.scenario.prior_requirements import list_order_kinds

USAGE = """usage: sim new NAME [era=ERA echelon=ECHELON | from=FILE [format=FORMAT]] [folder=DIR]

Writes DIR/NAME.yaml (DIR: the folder you are in): a commented skeleton of a scenario, an invented battle of three
places that passes `sim check` and runs. NAME is of small letters, digits and underscores. docs/scenario.md teaches
how to fill it. Nothing is overwritten.

With era and echelon the priors of the rules come from packs, and the skeleton has those of the battle itself alone:
  ERA      infantry_1800_1913, infantry_1914_1938, infantry_1939_1945, infantry_after_1945, irregulars_after_2001
  ECHELON  company, battalion, brigade: who fights in a typical assault

With from the scenario is drafted from a file of others, with all that the file says and wide guesses for the rest. What
is to be read against its source stands under `to_read` in it, and `sim check` counts it; docs/importing.md has the
formats, which are recognised by what is in the file (`format` chooses one if it could be two)."""

NAME_PATTERN = re.compile(r"[a-z][a-z0-9_]*")
TEMPLATE = Path("templates") / "skeleton.yaml"
PACK_KINDS = ("era", "echelon")
LAST_YEAR = 2020  # of an era that goes on
MAX_NOTES = 8  # on a draft that are printed; all of them stand in the file
# What in the template goes with a year and a size.
SKELETON_MONTH, SKELETON_SIZE = "2001-06-", 290.0
PACK_LINE = re.compile(r"^prior_packs: .+$", re.MULTILINE)
PRIOR = re.compile(r"^(?:  # [^-].*\n)+  (?P<name>\w+): .*\n(?:    .*\n)*", re.MULTILINE)
PEOPLE = re.compile(
    r"^.*(?:max_engaged: |red_strength: {d|blue_strength: {d|relief_came}|exactly 60|: 60 of Red).*$", re.MULTILINE
)
RULES_HEADING = "  # --- What the rules of battle ask for. The ranges are those of other battles, wide on purpose.\n"
PACKS_HEADING = "  # --- What the rules of battle ask for and no pack gives: the weather of that place and season.\n"
SIDES_HEADING = "  # --- One for both sides, or one for each: killing_rate_red, killing_rate_blue.\n"


@plain_command(USAGE)
def command(argv: list[str]) -> int:
    """Write the skeleton or the draft, and print what to do next."""
    draft_options, others = split_arguments(argv, ("from", "format"))
    name, folder, packs = parse_args(others)
    path = folder / f"{name}.yaml"
    if draft_options:
        return write_draft(name, path, draft_options, packs is not None)
    text = fill_skeleton(name, folder)
    write_new_file(path, text if packs is None else use_packs(text, *packs))
    print(
        f"{path}: written. Now fill it in, and check it after each step:\n  sim check {path}\n  sim run scenario={path}"
    )
    return 0


def parse_args(argv: list[str]) -> tuple[str, Path, tuple[str, str] | None]:
    """Name and folder of the new scenario, era and echelon if any; raise SettingsError if they can't be used."""
    own_values, names = split_arguments(argv, ("folder", *PACK_KINDS))
    if len(names) != 1:
        raise SettingsError([f"new takes one name (got {len(names)}) and at most one folder=DIR; see sim new --help"])
    if not NAME_PATTERN.fullmatch(names[0]):
        raise SettingsError([f"name: not an id (got {names[0]!r}; allowed: small letters, digits, underscores)"])
    folder = own_values.get("folder", ".")
    if not folder or not Path(folder).is_dir():
        raise SettingsError([f"folder: no such folder (got {folder!r})"])
    chosen = [kind for kind in PACK_KINDS if kind in own_values]
    for kind in chosen:
        allowed = list_packs_of_kind(kind)
        if own_values[kind] not in allowed:
            raise make_choice_error(kind, kind, own_values[kind], allowed)
    if len(chosen) == 1:
        missing = PACK_KINDS[1 - PACK_KINDS.index(chosen[0])]
        allowed_names = ", ".join(list_packs_of_kind(missing))
        raise SettingsError([f"{missing}: goes with {chosen[0]}, and is missing (allowed: {allowed_names})"])
    packs = (own_values["era"], own_values["echelon"]) if chosen else None
    return names[0], Path(folder), packs


def list_packs_of_kind(kind: str) -> list[str]:
    """The packs of eras, or of echelons."""
    return [name for name, pack in load_rule_packs().items() if pack.kind == kind]


def fill_skeleton(name: str, folder: Path) -> str:
    """The template with the new name; its first line has the path of the schema from the folder."""
    text = (paths.scenario_folder() / TEMPLATE).read_text(encoding="utf-8")
    schema_path = find_schema_path(folder)
    return text.replace("../scenario.schema.json", schema_path, 1).replace("name: skeleton\n", f"name: {name}\n", 1)


def find_schema_path(folder: Path) -> str:
    """The path of the JSON Schema from a folder."""
    schema = (paths.scenario_folder() / "scenario.schema.json").resolve()
    try:
        return Path(os.path.relpath(schema, folder.resolve())).as_posix()
    except ValueError:  # on another drive
        return schema.as_uri()


def write_draft(name: str, path: Path, options: Mapping[str, str], has_packs: bool) -> int:
    """Write a scenario that is drafted from a file, and its bibliography; raise SettingsError if that can't be done."""
    from sim.drafts.completion import complete_draft
    from sim.drafts.draft import DraftError
    from sim.drafts.recognition import draft_file, list_formats
    from sim.drafts.repair import repair_draft
    from sim.drafts.writer import format_bibliography, format_scenario, list_unread

    if not options.get("from"):
        raise SettingsError(
            ["from: is empty" if "from" in options else "format: goes with from=FILE, which is missing"]
        )
    if has_packs:
        raise SettingsError(["era, echelon: a draft takes its packs from the year (allowed: change them in the file)"])
    if "format" in options and options["format"] not in list_formats():
        raise make_choice_error("format", "format", options["format"], list_formats())
    source = Path(options["from"])
    try:
        draft = repair_draft(complete_draft(draft_file(source, options.get("format"))), name)
    except DraftError as error:
        raise SettingsError([f"from: {error}"]) from error
    bibliography, basemap = path.with_suffix(".bib"), path.with_suffix(".geojson")
    for existing in (bibliography, *([basemap] if draft.basemap else [])):
        if existing.exists():
            raise SettingsError([f"{existing}: exists already; nothing is overwritten"])
    write_new_file(path, format_scenario(draft, name, find_schema_path(path.parent)))
    write_new_file(bibliography, format_bibliography(draft, name, source.name, f"{date.today():%Y-%m-%d}"))
    if draft.basemap is not None:
        write_new_file(basemap, json.dumps(draft.basemap, ensure_ascii=False, indent=1) + "\n")
    print_text(f"{path}: drafted from {draft.description}. {describe_unread(list_unread(draft))}")
    for note in draft.notes[:MAX_NOTES]:
        print_text(f"  {note}")
    if len(draft.notes) > MAX_NOTES:
        print(f"  {len(draft.notes) - MAX_NOTES} more notes stand at the head of the file.")
    print(f"  sim check {path}")
    return 0


def use_packs(text: str, era: str, echelon: str) -> str:
    """The skeleton with packs in the place of the priors that they give, moved to their years and to their size."""
    packs = load_rule_packs()
    years, size = packs[era].years, packs[echelon].typical_size or SKELETON_SIZE
    year = int((years.low + min(years.high, LAST_YEAR)) / 2)
    given = {*packs[era].priors, *packs[echelon].priors}
    text = text.replace(SKELETON_MONTH, f"{year}-06-")
    text = PRIOR.sub(lambda found: "" if found["name"] in given or is_idle(text, found["name"]) else found[0], text)
    uses = "".join(f"\n  - {{file: {name}, year: {year}, size: {size:.0f}}}" for name in (era, echelon))
    text = PACK_LINE.sub(f"prior_packs:{uses}", text)
    text = text.replace(RULES_HEADING, PACKS_HEADING).replace(SIDES_HEADING, "")
    text = PEOPLE.sub(lambda found: scale_people(found[0], size / SKELETON_SIZE), text)
    return text.replace("a battalion", f"a {echelon}")


def is_idle(text: str, prior: str) -> bool:
    """Whether a prior is for kinds of orders that the skeleton does not have."""
    kinds = list_order_kinds(prior)
    return bool(kinds) and not any(f"    kind: {kind}\n" in text for kind in kinds)


def scale_people(line: str, factor: float) -> str:
    """A line with its numbers of people times a factor; what has a point in it is no number of people."""
    return re.sub(r"(?<![\d.])\d+(?![\d.])", lambda found: str(max(round(int(found[0]) * factor), 1)), line)


def write_new_file(path: Path, text: str) -> None:
    """Write a file that does not exist yet; raise SettingsError if it does, or can't be made."""
    try:
        with open(path, "x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        raise SettingsError([f"{path}: exists already; nothing is overwritten"]) from error
    except OSError as error:
        raise SettingsError([f"{path}: can't be written: {error.strerror}"]) from error
