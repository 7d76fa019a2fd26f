"""Every field of the invented battle at its smallest and its largest legal value: it is simulated, and told.

What can't be simulated is refused by the checks, in words; what they let through ends in sound battles.
"""

import shutil
from pathlib import Path
from typing import Any

import pytest
from support.battles import teaching_data, validated
from support.field_extremes import find_extremes, iterate_fields, list_candidates
from test_random_scenarios import find_run_faults

from sim.battle.simulation import Simulation
from sim.outputs.exports import list_formats
from sim.plots import registry
from sim.scenario import Scenario
from sim.storage.writer import write_scenario

FIELDS = list(iterate_fields(validated(teaching_data())))
QUICK = 12  # fields of some twelve hundred


def try_extremes(number: int) -> list[tuple[Any, Scenario]]:
    """Fight a battle with one field at each of its extremes."""
    path, value, bounds = FIELDS[number]
    extremes = find_extremes(teaching_data(), path, value, bounds)
    for extreme, scenario in extremes:
        faults = find_run_faults(Simulation(scenario).run(3, 0))
        assert faults == [], (path, str(extreme)[:80], faults)
    return extremes


@pytest.mark.parametrize("number", range(0, len(FIELDS), len(FIELDS) // QUICK))
def test_a_field_at_its_limits_is_refused_or_fought(number):
    try_extremes(number)


def test_the_bounds_of_a_field_are_among_what_is_tried():
    """Those of the models, so that a wider bound is tried when it comes."""
    bounds = {path: list_candidates(value, marks) for path, value, marks in FIELDS}
    smallest, largest = bounds["astronomy", "latitude"]
    assert -90 in smallest
    assert 90 in largest
    assert {path[0] for path in bounds} >= {"places", "forces", "orders", "priors", "claims", "sides", "weather"}


@pytest.mark.hard
def test_every_field_at_its_limits(tried, some):
    chosen = some(range(len(FIELDS)))
    fought = sum(len(try_extremes(number)) for number in chosen)
    tried.note("limits of fields", "a battle", len(chosen), fought, 0)


@pytest.mark.slow
def test_a_text_at_its_longest_goes_through_whole_commands(call, tmp_path):
    number = next(n for n, (path, *_) in enumerate(FIELDS) if path[:1] == ("forces",) and path[-1] == "name")
    (*_, (extreme, scenario)) = find_extremes(teaching_data(), *FIELDS[number])
    assert_shown(call, tmp_path, scenario, (FIELDS[number][0], len(extreme)))


@pytest.mark.hard
def test_texts_and_every_tenth_number_at_their_limits_through_whole_commands(tried, some, call, tmp_path):
    texts = [n for n, (_, value, _) in enumerate(FIELDS) if isinstance(value, str)]
    chosen = some(sorted({*texts[::3], *range(0, len(FIELDS), 10)}))
    shown = 0
    for number in chosen:
        for which, (extreme, scenario) in enumerate(find_extremes(teaching_data(), *FIELDS[number])):
            folder = tmp_path / f"{number}-{which}"
            folder.mkdir()
            assert_shown(call, folder, scenario, (FIELDS[number][0], str(extreme)[:80]))
            shutil.rmtree(folder)
            shown += 1
    tried.note("limits of fields", "sim check, diary, run, resume, plot, score and every export", len(chosen), shown, 0)


def interrupt(*arguments: object) -> None:
    """What Ctrl-C does."""
    raise KeyboardInterrupt


def assert_shown(call: Any, folder: Path, scenario: Scenario, what: object) -> None:
    """A scenario goes through the commands that a user calls in turn; the run is interrupted once it draws."""
    write_scenario(folder, scenario)
    file = (folder / "scenario.json").rename(folder / "extreme.yaml")  # JSON is YAML
    text = file.read_text(encoding="utf-8")
    file.write_text('{"schema": 2, ' + text.removeprefix("{"), encoding="utf-8")
    code, _, err = call("check", str(file))
    assert code in (0, 2), (what, err)
    assert "Traceback" not in err, (what, err)
    code, _, err = call("diary", f"scenario={file}")
    assert code == 0, (what, "diary", err)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(registry, "draw_figure", interrupt)
        code, _, err = call("run", "runs=2", "workers=1", "save_logs=1", f"outputs={folder}/out", f"scenario={file}")
        assert code == 130, (what, "run", err)
    (output,) = (str(path.parent) for path in (folder / "out").rglob("run.json"))
    exports = [["export", output, f"format={name}"] for name in list_formats()]
    for words in (["resume", output], ["plot", output, "figure=all", "format=svg"], *exports):
        code, _, err = call(*words)
        assert code == 0, (what, words, err)
    code, _, err = call("score", output, f"outputs={folder}/out")  # a battle too short for its claims is refused
    assert code in (0, 2), (what, "score", err)
    assert "Traceback" not in err, (what, err)
