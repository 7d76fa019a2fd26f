"""`sim migrate FILE`: rewrite a scenario of schema 1 for this version, with its comments, order and layout."""

import sys
from functools import partial
from pathlib import Path

import click

from sim.cli.arguments import plain_command
from sim.cli.errors import SettingsError
from sim.scenario.migration import migrate_basemap, migrate_scenario
from sim.scenario.yaml_parser import read_document
from sim.storage.atomic import write_atomic

USAGE = """usage: sim migrate FILE [--stdout]

Rewrites a scenario file of schema 1: every key gets the name that it has now, and `schema: 2` is set before the first.
Comments, order and layout stay; comments that name an old key are yours to change. NAME.geojson beside it follows. The
old files are kept as FILE.schema1. --stdout prints the new text and changes nothing."""
FORMER_SUFFIX = ".schema1"  # of the files as they were


@plain_command(USAGE, click.Option(["--stdout"], is_flag=True))
def command(argv: list[str], stdout: bool) -> int:
    """Rewrite one file, or print what it would be."""
    if len(argv) != 1:
        raise SettingsError([f"migrate takes one file (got {len(argv)} arguments; see sim migrate --help)"])
    path = Path(argv[0])
    read_document(path)  # which refuses what is no text, or no file
    former_text = read_text(path)
    text = migrate_scenario(former_text, str(path))
    if stdout:
        sys.stdout.write(text)
        return 0
    texts = {path: (former_text, text)}
    basemap = path.with_suffix(".geojson")
    if basemap.is_file():
        former_basemap = read_text(basemap)
        texts = {basemap: (former_basemap, migrate_basemap(former_basemap, str(basemap))), **texts}
    replace_files({each: new for each, (former, new) in texts.items() if new != former})
    print(f"Now see what this version finds in it:\n  sim check {path}")
    return 0


def read_text(path: Path) -> str:
    """The text of a file with its line ends as they are; raise SettingsError if it can't be read."""
    try:
        return path.read_bytes().decode("utf-8")
    except OSError as error:
        raise SettingsError([f"{path}: can't be read: {error.strerror or error}"]) from error
    except UnicodeDecodeError as error:
        raise SettingsError([f"{path}: not text (a byte that is not UTF-8 at offset {error.start})"]) from error


def replace_files(texts: dict[Path, str]) -> None:
    """Put texts in the places of files, which are kept under other names; raise SettingsError before any is changed."""
    kept_paths = {path: path.with_name(path.name + FORMER_SUFFIX) for path in texts}
    for kept in kept_paths.values():
        if kept.exists():
            raise SettingsError([f"{kept}: exists already; nothing is overwritten"])
    for path, text in texts.items():
        try:
            kept_paths[path].write_bytes(path.read_bytes())
            write_atomic(path, partial(Path.write_bytes, data=text.encode("utf-8")))
        except OSError as error:
            raise SettingsError([f"{path}: can't be written: {error.strerror or error}"]) from error
        print(f"{path}: rewritten; the file as it was: {kept_paths[path].name}")
