"""Whatever a scenario calls things, it is shown as it is written: no markup, no formula, no order to a screen."""

import re
from pathlib import Path

import pytest
from support.damage import TEXT

import sim

NAMES = (
    "[/]x", "[bold]x", "[link=file:///x]y[/link]", "$\\frac{$", "a $5 b $6", "$$", "<script>alert(1)</script>",
    ":dog: :x:", "a_b^c",
    "%s {0} {x}", "{median} {chance}", "x" * 300, "مرحبا بالعالم", "\\[x", "100 %",
    "\U0001f600\U0001f600", "&amp; & <b>", "' or 1=1 --",
)  # fmt: skip


def renamed(name: str) -> str:
    """The teaching scenario with this name for much of what it has."""
    written = "'" + name.replace("'", "''") + "'"
    text = re.sub(r"^title: .*$", lambda _: f"title: {written}", TEXT, count=1, flags=re.MULTILINE)
    for old in ("name: the fort", "name: the village", "name: the garrison"):
        assert f"{old}\n" in text or f"{old}," in text, old
        text = text.replace(old, f"name: {written}", 1)
    text = text.replace("says: 12 soldiers killed on the first day", f"says: {written}")
    return text.replace("{name: gun, plural: guns}", f"{{name: {written}, plural: {written}}}")


# Every command that shows names: a new one gets a line here.
SHOWN_BY = {
    "check": ("check", "{path}"),
    "run": ("run", "scenario={path}", "runs=3", "workers=1"),
    "diary": ("diary", "scenario={path}"),
    "whatif": ("whatif", "scenario={path}", "perturb=[no_airstrikes]", "runs=3", "workers=1"),
    "sweep": ("sweep", "scenario={path}", "factors={{killing_rate_teal: [0.2, 0.8]}}", "runs=3", "workers=1"),
}


@pytest.mark.parametrize("command", SHOWN_BY)
@pytest.mark.parametrize("name", [NAMES[0], NAMES[3]])
def test_an_odd_name_is_shown_as_it_is(name, command, nursery, tmp_path):
    shown(name, command, nursery, tmp_path)


@pytest.mark.hard
@pytest.mark.parametrize("command", SHOWN_BY)
@pytest.mark.parametrize("name", NAMES)
def test_every_odd_name_is_shown_as_it_is(name, command, nursery, tmp_path):
    shown(name, command, nursery, tmp_path)


def shown(name: str, command: str, nursery, folder: Path) -> None:
    """Call a command; what it prints has the name as it is written, where it is not cut for want of room."""
    path = folder / "t.yaml"
    path.write_text(renamed(name), encoding="utf-8")
    words = [word.format(path=path) for word in SHOWN_BY[command]]
    more = [f"outputs={folder}/out"] if command in ("run", "whatif", "sweep") else []
    ended = nursery.call(*words, *more)
    assert (ended.code, ended.err) == (0, "")
    if command in ("run", "diary") and len(name) < 40:
        assert name in ended.out


def test_no_console_reads_markup_but_our_own():
    """A console for answers is a `page()`; those for progress and messages print nothing that a scenario says."""
    for path in (Path(sim.__file__).parent / "cli").glob("*.py"):
        for made in re.findall(r"Console\((.*)\)", path.read_text(encoding="utf-8")):
            assert "stderr=True" in made or "markup=False" in made or made == "", (path.name, made)
        if path.name not in ("page.py",):
            assert "Console()" not in path.read_text(encoding="utf-8"), path.name
