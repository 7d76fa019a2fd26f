"""`sim analyse`: from a posterior to a page, as a user meets it."""

import pyarrow.parquet as pq
import pytest

from sim.scoring.baselines import find_display_name

SMALL = ["scenario=teaching", "particles=600", "sweeps=3", "final_sweeps=12", "max_simulations=200000", "workers=1"]


@pytest.fixture(scope="module")
def posterior(tmp_path_factory):
    from sim.cli.main import main

    folder = tmp_path_factory.mktemp("calibrated")
    with pytest.raises(SystemExit) as left:
        main(["calibrate", *SMALL, "hm_draws=20", "hm_repeats=4", "importance_draws=500", f"outputs={folder}"])
    assert left.value.code == 0
    return next((folder / "calibrate").iterdir())


@pytest.mark.slow
def test_a_page_is_written_with_the_contents_of_the_tables(call, tmp_path, posterior):
    page = tmp_path / "page.md"
    words = [*SMALL, f"posterior={posterior}", "readings=[]", "sources=true", f"page={page}", f"outputs={tmp_path}"]
    code, out, _ = call("analyse", *words)
    assert code == 0
    text = page.read_text()
    (folder,) = (tmp_path / "analyse").iterdir()
    turns = pq.read_table(folder / "turning_points.parquet").to_pylist()
    for turn in turns:
        assert turn["description"] in text
    assert "counts of the Gazette alone" in text
    assert "What the record determines" in text
    assert "Made by `sim calibrate`" in text
    for picture in ("turning_points", "source_bias", "robustness"):
        assert (tmp_path / "images" / f"page-{picture}.png").exists()
    assert "Turning points" in out


@pytest.mark.slow
def test_forecasts_are_on_the_page_with_every_next_day(call, tmp_path, posterior):
    assert call("forecast", *SMALL, f"outputs={tmp_path}")[0] == 0
    (forecast,) = (tmp_path / "forecast").iterdir()
    page = tmp_path / "page.md"
    words = [*SMALL, f"posterior={posterior}", f"forecasts=[{forecast}]", "readings=[]", "sources=false"]
    assert call("analyse", *words, f"page={page}", f"outputs={tmp_path}")[0] == 0
    text = page.read_text()
    assert "## Forecasts: nothing of later text is known" in text
    _, days = text.split("## One day ahead, nothing of later text being known")
    assert "- 2 June: " in days
    assert "- 3 June: " in days
    for row in pq.read_table(forecast / "skill.parquet").to_pylist():
        split = row["split"].replace("first_day", "2 June to 3 June")
        assert f"| {split} | {find_display_name(row['baseline'])} |" in text
    for picture in ("free-fan_charts", "free-claim_forecasts", "free-day_ahead"):
        assert (tmp_path / "images" / f"page-{picture}.png").exists()


@pytest.mark.slow
def test_the_record_stands_beside_its_posterior_predictions(call, tmp_path, posterior):
    arguments = [
        "scenario=teaching",
        f"parameters=posterior:{posterior}",
        "randomness=matched",
        "runs=100",
        "workers=1",
    ]
    assert call("run", *arguments, f"outputs={tmp_path}")[0] == 0
    (run,) = (tmp_path / "base").iterdir()
    code, out, _ = call("score", str(run), f"outputs={tmp_path}")
    assert code == 0
    assert "only those that are held out are a test" in " ".join(out.split())
    (score,) = (tmp_path / "score").iterdir()
    page = tmp_path / "page.md"
    assert call("report", str(posterior), str(score), f"page={page}")[0] == 0
    text = page.read_text()
    assert "There is no posterior" not in text
    assert "Claims that it never heard (1)" in text
    rows = pq.read_table(posterior / "parameters.parquet").to_pylist()
    assert text.count("not determined |") == sum(row["label"] == "not determined" for row in rows)
    for picture in ("prior_to_posterior", "counts"):
        assert (tmp_path / "images" / f"page-{picture}.png").exists()


@pytest.mark.slow
def test_each_part_of_a_long_analysis_is_named_in_a_log(call, tmp_path, posterior, monkeypatch):
    monkeypatch.setattr("sim.cli.smc.LOG_INTERVAL", 0)  # a line for each chunk of work, not for each minute
    words = [*SMALL, f"posterior={posterior}", "readings=[]", "sources=true", f"outputs={tmp_path}"]
    code, _, err = call("analyse", *words)
    assert code == 0
    lines = [line.split(" · ")[0] for line in err.splitlines() if line.endswith(" s")]
    assert lines[0] == "battles of the posterior"
    assert "turning point 3 of 3" in lines
    assert lines[-1] == "battles of the posterior"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "posterior: which? (allowed: an output of sim calibrate)"),
        (["posterior=nowhere"], "parameters: nowhere"),
        (["posterior=nowhere", "page=findings.txt"], "page: not a Markdown file in a folder that exists"),
        (["posterior=nowhere", "forecasts=[nothing]"], "findings: nothing: no such folder"),
    ],
)
def test_bad_settings_are_reported_in_one_message(call, tmp_path, words, message):
    code, _, err = call("analyse", "scenario=teaching", f"outputs={tmp_path}", *words)
    assert code == 2
    assert message in err
    assert "Traceback" not in err
    assert not list(tmp_path.iterdir())
