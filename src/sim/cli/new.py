"""`sim new`: start a scenario from a commented skeleton that passes `sim check` and runs."""

import os
import re
from pathlib import Path

from sim import paths
from sim.cli.arguments import plain_command, split_arguments
from sim.cli.errors import SettingsError

USAGE = """usage: sim new NAME [folder=DIR]

Writes DIR/NAME.yaml (DIR: the folder you are in): a commented skeleton of a scenario, an invented battle of three
places that passes `sim check` and runs. NAME is of small letters, digits and underscores. docs/scenario.md teaches
how to fill it. Nothing is overwritten."""

NAME_PATTERN = re.compile(r"[a-z][a-z0-9_]*")
TEMPLATE = Path("templates") / "skeleton.yaml"


@plain_command(USAGE)
def command(argv: list[str]) -> int:
    """Write the skeleton, and print what to do next."""
    name, folder = parse_args(argv)
    path = folder / f"{name}.yaml"
    write_new_file(path, fill_skeleton(name, folder))
    print(
        f"{path}: written. Now fill it in, and check it after each step:\n  sim check {path}\n  sim run scenario={path}"
    )
    return 0


def parse_args(argv: list[str]) -> tuple[str, Path]:
    """Name and folder of the new scenario; raise SettingsError if they can't be used."""
    own_values, names = split_arguments(argv, ("folder",))
    if len(names) != 1:
        raise SettingsError([f"new takes one name (got {len(names)}) and at most one folder=DIR; see sim new --help"])
    if not NAME_PATTERN.fullmatch(names[0]):
        raise SettingsError([f"name: not an id (got {names[0]!r}; allowed: small letters, digits, underscores)"])
    folder = own_values.get("folder", ".")
    if not folder or not Path(folder).is_dir():
        raise SettingsError([f"folder: no such folder (got {folder!r})"])
    return names[0], Path(folder)


def fill_skeleton(name: str, folder: Path) -> str:
    """The template with the new name; its first line has the path of the schema from the folder."""
    scenarios = paths.scenario_folder()
    text = (scenarios / TEMPLATE).read_text(encoding="utf-8")
    schema = (scenarios / "scenario.schema.json").resolve()
    try:
        schema_path = Path(os.path.relpath(schema, folder.resolve())).as_posix()
    except ValueError:  # on another drive
        schema_path = schema.as_uri()
    return text.replace("../scenario.schema.json", schema_path, 1).replace("name: skeleton\n", f"name: {name}\n", 1)


def write_new_file(path: Path, text: str) -> None:
    """Write a file that does not exist yet; raise SettingsError if it does, or can't be made."""
    try:
        with open(path, "x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        raise SettingsError([f"{path}: exists already; nothing is overwritten"]) from error
    except OSError as error:
        raise SettingsError([f"{path}: can't be written: {error.strerror}"]) from error
