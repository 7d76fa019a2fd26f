"""`sim new`: begin a scenario with a commented skeleton that passes `sim check` and runs."""

import os
import re
from pathlib import Path

from sim import files
from sim.cli.arguments import plain_command, split_arguments
from sim.cli.settings import SettingsError

USAGE = """usage: sim new NAME [folder=DIR]

Writes DIR/NAME.yaml (DIR: the folder you are in): a commented skeleton of a scenario, an invented battle of three
places that passes `sim check` and runs. NAME is of small letters, digits and underscores. docs/scenario.md teaches
how to fill it. Nothing is overwritten."""

NAME = re.compile(r"[a-z][a-z0-9_]*")
TEMPLATE = Path("templates") / "skeleton.yaml"


@plain_command(USAGE)
def command(words: list[str]) -> int:
    """Write the skeleton, and say what to do next."""
    name, folder = name_and_folder(words)
    path = folder / f"{name}.yaml"
    write(path, skeleton(name, folder))
    print(
        f"{path}: written. Now fill it in, and check it after each step:\n  sim check {path}\n  sim run scenario={path}"
    )
    return 0


def name_and_folder(words: list[str]) -> tuple[str, Path]:
    """The name and the folder of the new scenario; raise SettingsError if they can't be used."""
    arguments, names = split_arguments(words, ("folder",))
    if len(names) != 1:
        raise SettingsError([f"new takes one name (got {len(names)}) and at most one folder=DIR; see sim new --help"])
    if not NAME.fullmatch(names[0]):
        raise SettingsError([f"name: not an id (got {names[0]!r}; allowed: small letters, digits, underscores)"])
    written = arguments.get("folder", ".")
    if not written or not Path(written).is_dir():
        raise SettingsError([f"folder: no such folder (got {written!r})"])
    return names[0], Path(written)


def skeleton(name: str, folder: Path) -> str:
    """The template under another name; its first line names the schema as it is seen from the folder."""
    scenarios = files.scenario_folder()
    text = (scenarios / TEMPLATE).read_text(encoding="utf-8")
    schema = (scenarios / "scenario.schema.json").resolve()
    try:
        seen = Path(os.path.relpath(schema, folder.resolve())).as_posix()
    except ValueError:  # on another drive
        seen = schema.as_uri()
    return text.replace("../scenario.schema.json", seen, 1).replace("name: skeleton\n", f"name: {name}\n", 1)


def write(path: Path, text: str) -> None:
    """Write a file that does not exist yet; raise SettingsError if it does, or can't be made."""
    try:
        with open(path, "x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        raise SettingsError([f"{path}: exists already; nothing is overwritten"]) from error
    except OSError as error:
        raise SettingsError([f"{path}: can't be written: {error.strerror}"]) from error
