"""Spoilt scenario files: each is sound, and then can be checked, fought and told; or it is refused, with its place.

The quick suite tries some; `make faults` tries thousands and puts the numbers into docs/reliability.md.
"""

import io
import re
from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from rich.console import Console
from support.battles import fought
from support.corruption import TEXT, nodes, spoilt_data, spoilt_text

from sim import paths
from sim.cli.check import format_check_summary, format_verdicts
from sim.scenario import Scenario, ScenarioError, load
from sim.scenario.lint import run_rules
from sim.scenario.loading import build_scenario
from sim.scenario.yaml_parser import ScenarioDocument

PLACED = re.compile(r"^.+\.yaml:\d+:\d+: .+", re.DOTALL)
SOUND, REFUSED = "sound", "refused"
LONGEST = 45  # days of battle that are fought: a date may make of three days three years


@cache
def document(name: str) -> ScenarioDocument:
    """A scenario that there is."""
    return ScenarioDocument(f"{name}.yaml", (paths.scenario_folder() / f"{name}.yaml").read_text(encoding="utf-8"))


def outcome(read: Callable[[], tuple[Scenario, ScenarioDocument]], fight: bool = True) -> str:
    """What became of a spoilt scenario; whatever else happens than these two is a fault."""
    try:
        scenario, source = read()
    except ScenarioError as error:
        return (
            REFUSED
            if error.messages and all(PLACED.match(line) for line in error.messages)
            else "\n".join(error.messages)
        )
    verdicts = run_rules(scenario, source.data)
    text = "\n".join([*format_verdicts(source, verdicts), format_check_summary(scenario, verdicts)])
    Console(file=io.StringIO(), markup=False).print(text)
    if fight and (scenario.ends - scenario.begins).days <= LONGEST:
        fought(scenario)
    return SOUND


def load_text(path: Path, text: str) -> tuple[Scenario, ScenarioDocument]:
    """A text as it is read from a file."""
    path.write_text(text, encoding="utf-8", newline="", errors="surrogatepass")
    return load(path), ScenarioDocument(str(path), text)


def load_data(name: str, number: int) -> tuple[Scenario, ScenarioDocument]:
    """Spoilt data, as if the file of that name said so."""
    source = document(name)
    _, data = spoilt_data(source.data, list(nodes(source.data)), number)
    changed = ScenarioDocument(source.name, source.text)
    changed.__dict__.update(tree=source.tree, data=data)
    return build_scenario(data, changed), changed


def try_texts(name: str, numbers: range, folder: Path) -> Counter:
    """What became of a scenario's text, spoilt in so many ways."""
    found: Counter = Counter()
    for number in numbers:
        _, text = spoilt_text(document(name).text, number)
        found[outcome(lambda text=text: load_text(folder / f"{name}.yaml", text))] += 1
    return found


def try_data(name: str, numbers: range) -> Counter:
    """What became of a scenario's data, spoilt in so many ways."""
    return Counter(outcome(lambda number=number: load_data(name, number)) for number in numbers)


def test_a_spoilt_text_is_sound_or_refused_with_its_place(tmp_path):
    found = try_texts("teaching", range(10), tmp_path)
    assert set(found) == {SOUND, REFUSED}


@pytest.mark.slow
@pytest.mark.parametrize(("name", "count"), [("teaching", 80), ("dec2014", 5)])
def test_spoilt_data_is_sound_or_refused_with_its_place(name, count):
    found = try_data(name, range(count))
    assert set(found) <= {SOUND, REFUSED}
    assert found[REFUSED] > count / 3


@pytest.mark.hard
@pytest.mark.parametrize(("name", "count"), [("teaching", 2_500), ("dec2014", 250)])
def test_very_many_spoilt_texts(name, count, tmp_path, tried, share):
    count = share(count)
    found = try_texts(name, range(1_000, 1_000 + count), tmp_path)
    assert set(found) <= {SOUND, REFUSED}
    tried.note("spoilt scenarios", f"{name}.yaml", "text", count, found[REFUSED], found[SOUND], 0)


@pytest.mark.hard
@pytest.mark.parametrize(("name", "count"), [("teaching", 6_000), ("dec2014", 1_500)])
def test_very_many_kinds_of_spoilt_data(name, count, tried, share):
    count = share(count)
    found = try_data(name, range(1_000, 1_000 + count))
    assert set(found) <= {SOUND, REFUSED}
    tried.note("spoilt scenarios", f"{name}.yaml", "data", count, found[REFUSED], found[SOUND], 0)


# As a user meets them


def call_command(call, folder: Path, number: int) -> tuple[list[str], str]:
    """`sim check` and a small `sim run` of a spoilt text: the complaints of both, and what became of it."""
    _, text = spoilt_text(TEXT, number)
    path = folder / "spoilt.yaml"
    path.write_text(text, encoding="utf-8", newline="", errors="surrogatepass")
    checked_code, _, said = call("check", str(path))
    small = [f"scenario={path}", "runs=2", "workers=1", "until=2001-06-01T20:00", f"outputs={folder}/out"]
    run_code, _, complaint = call("run", *small)
    faults = [line for line in (said + complaint).splitlines() if not line.startswith("sim: ")]
    faults += [f"{code} is no exit code for it" for code in (checked_code, run_code) if code not in (0, 2)]
    if checked_code == 0 and run_code == 2 and "until: outside" not in complaint:
        faults.append(f"sound, and not fought: {complaint}")
    return faults, SOUND if run_code == 0 else REFUSED


def test_the_command_line_never_ends_in_a_traceback(call, tmp_path):
    found: Counter = Counter()
    for number in range(500, 504):
        faults, what = call_command(call, tmp_path, number)
        assert faults == [], number
        found[what] += 1
    assert found[REFUSED]


@pytest.mark.hard
def test_the_command_line_never_ends_in_a_traceback_however_often(call, tmp_path, tried, share):
    count, found = share(250), Counter()
    for number in range(10_000, 10_000 + count):
        faults, what = call_command(call, tmp_path, number)
        assert faults == [], number
        found[what] += 1
    tried.note("spoilt scenarios", "teaching.yaml", "text, `sim check` and `sim run`", count,
               found[REFUSED], found[SOUND], 0)  # fmt: skip
