"""Stored outputs damaged at random: each is refused in one message that names the folder, or read as it is written.

Damage that breaks the seal is refused, whatever it is. A manifest that was forged and sealed again may be sound; then
all of the output is read.
"""

import json
import shutil
from contextlib import suppress
from pathlib import Path

import pytest
from support.random_damage import damage_bytes, damage_manifest

from sim.cli.run import run_study
from sim.cli.settings import compose_settings
from sim.inference.netcdf import POSTERIOR_FILE, PosteriorError, read_posterior
from sim.plots.registry import draw_stored_figure, list_stored_figures
from sim.storage.manifest import MANIFESTS
from sim.storage.reader import open_output
from sim.storage.seal import StoredError


@pytest.fixture(scope="module")
def small_run(tmp_path_factory) -> Path:
    """A small run."""
    outputs = tmp_path_factory.mktemp("small_run")
    return run_study(compose_settings(["scenario=teaching", "runs=12", f"outputs={outputs}", "workers=1"]))


def read_all(folder: Path) -> None:
    """Read everything of an output, and draw what can be drawn of its manifest alone."""
    output = open_output(folder)
    assert isinstance(output.manifest, MANIFESTS[output.command])
    for name in output.table_names:
        output.read_table(name)
    assert output.scenario.sides
    if POSTERIOR_FILE in output.files:
        read_posterior(folder)


def try_reading(folder: Path, *, may_be_sound: bool, what: str) -> bool:
    """Whether an output is refused, in a message that names its folder; any other error is a failure."""
    message = None
    try:
        read_all(folder)
    except (StoredError, PosteriorError) as error:
        message = str(error)
    if message is None:
        assert may_be_sound, what
        return False
    assert str(folder) in message, (what, message)
    assert len(message) < 600, (what, message)
    assert "\n" not in message, (what, message)
    return True


def read_manifest_data(folder: Path) -> object:
    """What the manifest says; None if it says nothing."""
    with suppress(OSError, ValueError):
        return json.loads((folder / "run.json").read_bytes())
    return None


def try_damage(sound: Path, scratch: Path, number: int) -> bool:
    """Damage a copy in one of three ways, and read it; whether it was refused."""
    copy = scratch / "copy"
    shutil.copytree(sound, copy, ignore=shutil.ignore_patterns("figures", "*.html"))
    try:
        if number % 4 == 3:
            return try_reading(copy, may_be_sound=True, what=damage_manifest(copy, number, sealed=True))
        before = read_manifest_data(copy)
        is_edited = number % 4 == 2
        what = damage_manifest(copy, number, sealed=False) if is_edited else damage_bytes(copy, number)
        # A blank between two keys, or what stood there before.
        is_harmless = (is_edited or what.endswith(" run.json")) and read_manifest_data(copy) == before
        return try_reading(copy, may_be_sound=is_harmless, what=what)
    finally:
        shutil.rmtree(copy)


@pytest.mark.parametrize("number", range(40))
def test_damage_is_refused_by_name(number, small_run, tmp_path):
    try_damage(small_run, tmp_path, number)


def test_forged_figures_are_refused_or_drawn(small_run, tmp_path):
    """What a command does after reading: no error but a message."""
    for number in range(6):
        copy = shutil.copytree(small_run, tmp_path / str(number))
        damage_manifest(copy, number, sealed=True)
        with suppress(StoredError):
            output = open_output(copy)
            draw_stored_figure("losses", list_stored_figures(output, {})["losses"], output)


TRIED = 2_000
OUTPUTS_OF = {"sealed-forecast": "`sim forecast --sealed`", "opened-forecast": "`sim score` of a sealed forecast"}


@pytest.mark.hard
def test_two_thousand_damages(outputs, inferred, tmp_path, tried, share):
    folders = outputs | inferred
    total = 0
    for kind, (name, folder) in enumerate(folders.items()):
        count = share(TRIED) // len(folders) + (kind < share(TRIED) % len(folders))
        refused = sum(try_damage(folder, tmp_path, 1_000_000 * kind + number) for number in range(count))
        tried.note("random damage", OUTPUTS_OF.get(name, f"`sim {name}`"), count, refused, count - refused, 0)
        total += count
    assert total == share(TRIED)
