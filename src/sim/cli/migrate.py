"""`sim migrate FILE`: rewrite a scenario of schema 1 for this version, with its comments, order and layout."""

import shutil
import sys
from pathlib import Path

import click

from sim.cli.arguments import plain_command
from sim.cli.errors import SettingsError
from sim.scenario.migration import migrate, migrate_basemap
from sim.scenario.yaml_parser import read_document
from sim.storage.atomic import write_atomic

USAGE = """usage: sim migrate FILE [--stdout]

Rewrites a scenario file of schema 1: every key gets the name that it has now, and `schema: 2` is set before the first.
Comments, order and layout stay; comments that name an old key are yours to change. NAME.geojson beside it follows. The
old files are kept as FILE.schema1. --stdout prints the new text and changes nothing."""
KEPT = ".schema1"


@plain_command(USAGE, click.Option(["--stdout"], is_flag=True))
def command(words: list[str], stdout: bool) -> int:
    """Rewrite one file, or print what it would be."""
    if len(words) != 1:
        raise SettingsError([f"migrate takes one file (got {len(words)}; see sim migrate --help)"])
    path = Path(words[0])
    text = migrate(read_document(path).text, str(path))
    if stdout:
        sys.stdout.write(text)
        return 0
    texts = {path: text}
    basemap = path.with_suffix(".geojson")
    if basemap.is_file():
        texts[basemap] = migrate_basemap(basemap.read_text(encoding="utf-8"))
    for each in texts:
        if each.with_name(each.name + KEPT).exists():
            raise SettingsError([f"{each.name}{KEPT}: exists already; nothing is overwritten"])
    for each, new in texts.items():
        if new != each.read_text(encoding="utf-8"):
            replace(each, new)
            print(f"{each}: rewritten; the file as it was: {each.name}{KEPT}")
    print(f"Now see what the new version finds in it:\n  sim check {path}")
    return 0


def replace(path: Path, text: str) -> None:
    """Put a text in the place of a file, which is kept under another name."""
    shutil.copy2(path, path.with_name(path.name + KEPT))
    write_atomic(path, lambda partial: partial.write_text(text, encoding="utf-8"))
