"""Whatever a scenario calls things, it is shown as it is written: no markup, no formula, no order to a screen."""

import re
from collections.abc import Iterable
from pathlib import Path
from types import SimpleNamespace

import pytest
from support.corruption import TEXT

import sim
from sim.cli.console import make_tracker, track_batches
from sim.cli.smc import track_smc

NAMES = (
    "[/]x", "[bold]x", "[link=file:///x]y[/link]", "$\\frac{$", "a $5 b $6", "$$ $$", "<script>alert(1)</script>",
    ":dog: :x:", "a_b^c",
    "%s {0} {x}", "{median} {chance}", "x" * 300, "مرحبا بالعالم", "\\[x", "100 %",
    "\U0001f600\U0001f600\U0001f600", "&amp; & <b>", "' or 1=1 --",
)  # fmt: skip
BOTH = "[/]x $\\frac{$ <b>"


def rename_everything(name: str) -> str:
    """The teaching scenario with this name for much of what it has."""
    written = "'" + name.replace("'", "''") + "'"
    text = re.sub(r"^title: .*$", lambda _: f"title: {written}", TEXT, count=1, flags=re.MULTILINE)
    for old in ("name: the fort", "name: the village", "name: the garrison"):
        assert f"{old}\n" in text or f"{old}," in text, old
        text = text.replace(old, f"name: {written}", 1)
    text = text.replace("says: 12 soldiers killed on the first day", f"says: {written}")
    text = text.replace("says: calibrated on the first day, held against the other two", f"says: {written}")
    return text.replace("{name: gun, plural: guns}", f"{{name: {written}, plural: {written}}}")


SMALL = (
    *("particles=50", "sweeps=1", "final_sweeps=1", "max_simulations=1000", "target_ess=0"),
    *("engine=compiled", "workers=1"),
)
# Every command that shows names: a new one gets a line here.
SHOWN_BY = {
    "check": ("check", "{path}"),
    "diary": ("diary", "scenario={path}"),
    "run": ("run", "scenario={path}", "runs=210", "workers=1"),
    "whatif": ("whatif", "scenario={path}", "perturb=[no_airstrikes]", "runs=3", "workers=1"),
    "sweep": ("sweep", "scenario={path}", "factors={{killing_rate_teal: [0.2, 0.8]}}", "runs=3", "workers=1"),
    "sensitivity": (
        "sensitivity",
        "scenario={path}",
        "priors=[amber_host,teal_garrison]",
        "saltelli_n=16",
        "workers=1",
    ),
    "calibrate": ("calibrate", "scenario={path}", *SMALL, "hm_draws=10", "hm_repeats=2", "importance_draws=100"),
    "forecast": ("forecast", "scenario={path}", *SMALL),
    "compare-models": ("compare-models", "scenario={path}", *SMALL, "models=[square,linear]"),
    "sbc": ("sbc", "scenario={path}", *SMALL[:3], *SMALL[5:], "datasets=20"),
}
OF_THOUSANDS = ("calibrate", "forecast", "compare-models", "sbc")  # of battles: few names are tried on these
FEW = ("{median} {chance}", "x" * 300)
QUICK = ("check", "diary")  # and `run`, with all that reads a run
# And those that read the folder of a run.
READ = {
    "score": ("score", "{folder}"),
    "diff": ("diff", "{folder}", "{folder}"),
    "scenario-discovery": ("scenario-discovery", "{folder}", "measure=objective_held"),
    "plot": ("plot", "{folder}", "figure=all", "format=svg", "to={folder}/again"),
    "export as CSV": ("export", "{folder}", "format=csv"),
    "export as GeoJSON": ("export", "{folder}", "format=geojson"),
}


@pytest.mark.parametrize("command", QUICK)
def test_an_odd_name_is_shown_as_it_is(command, nursery, tmp_path):
    show_name(BOTH, command, nursery, tmp_path)


@pytest.mark.slow
def test_an_odd_name_is_shown_as_it_is_wherever_a_run_is_shown(nursery, tmp_path):
    read_again(BOTH, nursery, tmp_path, ("export as CSV",))


@pytest.mark.hard
@pytest.mark.parametrize("command", [command for command in SHOWN_BY if command != "run"])
def test_every_odd_name_is_shown_as_it_is(command, nursery, tmp_path, tried, some):
    names = some((BOTH, *(FEW if command in OF_THOUSANDS else NAMES)))
    for number, name in enumerate(names):
        show_name(name, command, nursery, run_to_folder(tmp_path / str(number)))
    tried.note("odd names", f"`sim {command}`", len(names), len(names))


@pytest.mark.hard
def test_every_odd_name_is_shown_as_it_is_wherever_a_run_is_shown(nursery, tmp_path, tried, some):
    names = some((BOTH, *NAMES))
    for number, name in enumerate(names):
        read_again(name, nursery, run_to_folder(tmp_path / str(number)), READ)
    for command in ("run", *READ):
        tried.note("odd names", f"`sim {command}`", len(names), len(names))


def run_to_folder(folder: Path) -> Path:
    """A new folder."""
    folder.mkdir()
    return folder


def show_name(name: str, command: str, nursery, folder: Path) -> str:
    """Call a command; what it prints has the name as it is written, where it is not cut for want of room."""
    path = folder / "t.yaml"
    path.write_text(rename_everything(name), encoding="utf-8")
    words = [word.format(path=path) for word in SHOWN_BY[command]]
    more = [f"outputs={folder}/out"] if command not in ("check", "diary") else []
    ended = nursery.call(*words, *more)
    assert ended.code == 0, ended.err
    assert ended.complaints == []
    if command in ("run", "diary") and len(name) < 40:
        assert name in ended.out
    return ended.out


def read_again(name: str, nursery, folder: Path, by: Iterable[str]) -> None:
    """A run, and some commands that read what it left behind."""
    out = show_name(name, "run", nursery, folder).splitlines()[-1]
    page = (Path(out) / "report.html").read_text(encoding="utf-8")
    assert "<script>alert" not in page
    for words in (READ[each] for each in by):
        more = [f"outputs={folder}/out"] if words[0] in ("score", "diff") else []
        ended = nursery.call(*(word.format(folder=out) for word in words), *more)
        assert (ended.code, ended.err) == (0, ""), words


def test_progress_is_told_without_markup(monkeypatch, capfd):
    """What a scenario says of a split, and what a change is called, are shown while battles are fought."""
    with track_smc(None) as watch:
        watch.console.print(f"{BOTH} :dog:")
    assert capfd.readouterr().err == f"{BOTH} :dog:\n"
    monkeypatch.setenv("FORCE_COLOR", "1")  # a terminal, to what draws bars
    assert list(make_tracker(BOTH)([1, 2], 2)) == [1, 2]
    (batch,) = track_batches([SimpleNamespace(replications=[1])], BOTH, 1)
    assert batch.replications == [1]
    assert BOTH in capfd.readouterr().err


def test_no_console_reads_markup_but_our_own():
    """A console for answers is a `page()`; those for progress and messages print nothing that a scenario says."""
    for path in (Path(sim.__file__).parent / "cli").glob("*.py"):
        for arguments in re.findall(r"^(?!class ).*Console\((.*)\)", path.read_text(encoding="utf-8"), re.MULTILINE):
            assert "stderr=True" in arguments or "markup=False" in arguments or arguments == "", (path.name, arguments)
        if path.name not in ("page.py",):
            assert "Console()" not in path.read_text(encoding="utf-8"), path.name
