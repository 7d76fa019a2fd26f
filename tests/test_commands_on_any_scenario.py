"""Commands on the skeleton of `sim new` and on random scenarios: they do their work or say what is wrong in words."""

from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded
from ruamel.yaml import YAML
from support.battles import teaching_data
from support.random_scenarios import scenarios

pytestmark = pytest.mark.slow
SMALL = ["particles=200", "target_ess=400", "sweeps=1", "final_sweeps=1", "max_simulations=1000", "workers=1"]


def add_reports(data):
    """The data with a source that reports all that is claimed, so that it can be scored."""
    teaching = teaching_data()
    model, names = teaching["source_model"], ("stray_reports", "share_sd", "misreport", "report_size", "account_bias")
    counting = {"bias": "account_bias", "size": "report_size"}
    source = {"sides": dict.fromkeys(data["sides"], counting), "equipment": counting, "flip_probability": "misreport"}
    return data | {
        "source_model": model | {"sources": {"nobody": source}},
        "priors": data["priors"] | {name: teaching["priors"][name] for name in names},
    }


def call_all(call, path: Path, folder: Path) -> list[int]:
    """The exit codes of the commands on a scenario; what they say has no traceback."""
    with path.open(encoding="utf-8") as file:
        data = YAML(typ="safe").load(file)
    begins, ends = (datetime.fromisoformat(str(data[name])) for name in ("begins", "ends"))
    cutoff = (begins + (ends - begins) / 2).replace(second=0, microsecond=0)
    common = [f"scenario={path}", f"outputs={folder}"]
    codes = []
    for words in (
        ["check", str(path)],
        ["run", *common, "runs=4", "workers=1"],
        ["diary", f"scenario={path}"],
        ["forecast", *common, *SMALL, f"cutoff={cutoff.isoformat(timespec='minutes')}"],
        ["forecast", *common, *SMALL, f"cutoff={cutoff.isoformat(timespec='minutes')}", "mode=given_orders"],
        ["compare-models", *common, *SMALL, "models=[square,linear]"],
    ):
        code, out, err = call(*words)
        assert code in (0, 1, 2), (words, err)
        assert "Traceback" not in out + err
        assert code == 0 or err.strip() or out.strip()
        codes.append(code)
    for output in (folder / "base").iterdir():
        code, out, err = call("score", str(output), f"outputs={folder}")
        assert code in (0, 2), err
        assert "Traceback" not in out + err
        codes.append(code)
    return codes


def test_every_command_takes_the_skeleton(call, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert call("new", "my_battle")[0] == 0
    codes = call_all(call, tmp_path / "my_battle.yaml", tmp_path / "outputs")
    assert codes[:3] == [0, 0, 0]
    assert codes[3] == 2  # it has no commanders of their own
    assert codes[4:] == [0, 0, 0]


@seeded(7)
@given(scenarios())
@settings(deadline=None, max_examples=5, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
def test_every_command_takes_any_scenario(call, tmp_path_factory, data):
    folder = tmp_path_factory.mktemp("any")
    path = folder / "any.yaml"
    with path.open("w", encoding="utf-8") as file:
        YAML().dump(add_reports(data), file)
    codes = call_all(call, path, folder / "outputs")
    assert codes[1:3] == [0, 0]  # whatever is legal is fought and told
