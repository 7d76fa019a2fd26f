"""`sim report`: a page from stored outputs, failures first; outputs that don't belong together are refused."""

import json
import shutil
from dataclasses import replace

import pyarrow as pa
import pytest
from support.battles import teaching_data, validated
from support.manifests import make_facts

from sim.report.calibration_report import format_calibration_report, list_better_baselines
from sim.report.claim_table import format_claim_tables, format_median_interval, format_pit, is_outside_interval
from sim.report.misreport import format_misreport_section
from sim.report.model_comparison import describe_disagreeing_chains
from sim.report.report_inputs import ReportInputs
from sim.report.skill import PRIOR_REPORTING_NOTE, describe_winner, format_skill_table, format_stored_skill
from sim.storage.manifest import MANIFESTS, ScoreManifest
from sim.storage.reader import open_output
from sim.storage.writer import write_manifest, write_scenario, write_table


def write_output(folder, command, tables, **facts):
    """An output as a command leaves it."""
    (folder / "figures").mkdir(parents=True)
    for name, rows in tables.items():
        write_table(folder / f"{name}.parquet", pa.Table.from_pylist(rows))
    write_scenario(folder, validated(teaching_data()))
    write_manifest(folder, MANIFESTS[command](**make_facts(command, **facts)))
    return folder


def make_claim_row(claim, split, **more):
    row = {"claim": claim, "kind": "count", "split": split, "phrase": "exactly 12", "inside_90": True, "pit": 0.62}
    return row | {"q05": 3.0, "q50": 10.0, "q95": 25.0, "probability_low": 0.05, "probability_high": 0.07} | more


def make_model_row(name, chain, **more):
    row = {
        "model": name,
        "chain": chain,
        "beta": 1.0,
        "log_evidence": -9.5,
        "log_evidence_error": 0.1,
        "n_simulations": 1000,
    }
    return row | {"probability": 0.99, "probability_low": 0.97, "probability_high": 0.996} | more


@pytest.fixture
def outputs(tmp_path):
    """Outputs of a calibration that did not get there, of battles, of two rivals and of rehearsals."""
    folder = tmp_path / "outputs"
    against = ["Island 1: 1,000 of 1,000 battles brought it to temperature 0.2, not to 1."]
    claims = ["first_day_dead_gazette"]
    none = {"accepted": False, "failures": against, "warnings": [], "claims": claims, "battles": 2000}
    failed = {"probability": None, "probability_low": None, "probability_high": None, "beta": 0.2}
    rivals = [make_model_row(name, n, **more) for name, more in (("linear", failed), ("square", {})) for n in (1, 2)]
    confused = [
        {"truth": truth, "selected": given, "n_datasets": 4 if truth == given else 1, "probability_of_truth": 0.7}
        for truth in ("square", "linear")
        for given in ("square", "linear")
    ]
    made = {
        "calibrate": write_output(folder / "calibrate", "calibrate", {}, **none, log_evidence={"1": [-9.5, 0.1]}),
        "score": write_output(
            folder / "score",
            "score",
            {
                "claim_forecasts": [
                    make_claim_row(claims[0], "calibration"),
                    make_claim_row("hill_regained", "holdout", inside_90=False),
                ],
                "claim_agreement": [
                    {"claim": claims[0], "share": 0.02, "low": 0.01, "high": 0.03},
                    {"claim": "hill_regained", "share": 0.5, "low": 0.4, "high": 0.6},
                ],
                "skill": [make_skill_row(-0.3, -0.5, -0.1, split="holdout")],
            },
            calibrated=False,
            battles=40,
        ),
        "compare-models": write_output(
            folder / "compare-models",
            "compare-models",
            {"model_comparison": rivals, "confusion": confused},
            answers=["No evidence for linear: the budget did not bring it to its posterior."],
            settings={
                "models": ["square", "linear"],
                "scenario": "teaching",
                "recovery_trials": 5,
                "recovery_particles": 50,
                "particles": 90,
            },
        ),
        "sbc": write_output(folder / "sbc", "sbc", {}, answers=["The inference is off."], min_p_value=0.01),
    }
    for name, picture in (("score", "counts"), ("sbc", "sbc_ranks"), ("score", "nobody_asked_for")):
        (made[name] / "figures" / f"{picture}.png").write_bytes(picture.encode())
    return made


@pytest.mark.parametrize(
    ("facts", "says_so"),
    [
        ({"calibrated": True, "reporting": "posterior"}, False),
        ({"calibrated": True, "reporting": "prior"}, True),
        ({"calibrated": True}, True),  # scored by an earlier version
        ({"calibrated": False, "reporting": "prior"}, False),  # all is of the prior
    ],
)
def test_claims_of_calibrated_battles_say_if_their_reports_are_the_priors(outputs, facts, says_so):
    output = open_output(outputs["score"])
    posterior = {"description": "calibrated on 6 claims", "digest": "2" * 64} if facts["calibrated"] else None
    scores = replace(output, manifest=ScoreManifest(**make_facts("score", posterior=posterior, **facts)))
    text = "\n".join(format_claim_tables(ReportInputs(open_output(outputs["calibrate"]), scores, (), ())))
    assert (PRIOR_REPORTING_NOTE in text) == says_so
    assert "was so in the battles, in 100" in text


@pytest.mark.parametrize(
    ("override", "line"),
    [({}, None), ({"prior_pool": "seven"}, "Not the documented battle: prior_pool is set to seven.")],
)
def test_a_page_says_in_its_first_lines_in_what_the_battle_differs(outputs, override, line):
    output = open_output(outputs["calibrate"])
    settings = output.manifest.settings.model_copy(update={"override": override})
    calibration = replace(output, manifest=output.manifest.model_copy(update={"settings": settings}))
    first_lines = list(format_calibration_report(ReportInputs(calibration, None, (), ()), ()))[:3]
    assert [each.strip() for each in first_lines if each.startswith("Not the documented battle")] == [line] * bool(line)


def test_a_page_without_a_posterior_says_so_first_and_tells_the_rest(call, tmp_path, outputs):
    page = tmp_path / "page.md"
    code, out, _ = call("report", *map(str, outputs.values()), f"page={page}")
    assert (code, out) == (0, f"{page}\n")
    text = page.read_text()
    failing = text[text.index("## Where the model fails") : text.index("## How good")]
    assert failing.count("**There is no posterior.** Island 1: ") == 1
    assert "**These battles are not calibrated:**" in text
    assert "The inference itself is off." in failing
    assert "A baseline, the base rate, is ahead on claims that it never heard" in failing
    assert "“Teal held most of the hill again on the third day”" in failing
    assert (
        "| 12 soldiers killed on the first day | the Gazette | exactly 12 | 1 to 3 | 5 to 7 | 10 (3 to 25) | 62 |"
        in text
    )
    assert "### Laws: square, linear: The crossing at Millbrook" in text
    assert (
        "`sim compare-models scenario=teaching models=[square,linear] particles=90 recovery_trials=5 "
        "recovery_particles=50`" in text
    )
    assert "| linear | none (came to temperature 0.2) | — | 2,000 |" in text
    assert text.index("| square | −9.50 ± 0.10 and") < text.index("| linear | none")
    assert "| square | 4 | 1 |" in text
    assert "20 synthetic battles with known truths" in text
    assert sorted(path.name for path in (tmp_path / "images").iterdir()) == ["page-counts.png", "page-sbc_ranks.png"]
    assert (tmp_path / "images" / "page-sbc_ranks.png").read_bytes() == b"sbc_ranks"
    assert not list(tmp_path.glob("*.partial"))


@pytest.mark.parametrize(
    ("chosen", "words", "complaint"),
    [
        (["calibrate"], [], "page: needs one Markdown file to write (got 0)"),
        (["calibrate"], ["page=record.txt"], "page: not a Markdown file in a folder that exists (got 'record.txt')"),
        (["calibrate"], ["page=no/where.md"], "page: not a Markdown file"),
        (["calibrate"], ["page=record.md", "runs=4"], "runs: unknown option (allowed: page)"),
        (["score"], ["page=record.md"], "outputs of sim calibrate: got 0; allowed: one"),
        (["calibrate", "calibrate"], ["page=record.md"], "outputs of sim calibrate: got 2; allowed: one"),
        (["calibrate"], ["page=record.md", "nothing"], "nothing: no such folder"),
    ],
)
def test_what_makes_no_page_is_refused(call, tmp_path, monkeypatch, outputs, chosen, words, complaint):
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    code, _, err = call("report", *(str(outputs[name]) for name in chosen), *words)
    assert code == 2
    assert complaint in err
    assert "Traceback" not in err
    assert not list((tmp_path / "here").iterdir())


def test_of_another_posterior_or_battle_is_no_comparison(call, tmp_path, outputs):
    other = write_output(
        tmp_path / "other", "score", {}, calibrated=True, posterior={"description": "", "digest": "3" * 64}
    )
    code, _, err = call("report", str(outputs["calibrate"]), str(other), f"page={tmp_path / 'page.md'}")
    assert code == 2
    assert "of another posterior (got 33333333; allowed: 22222222)" in err
    other = write_output(tmp_path / "elsewhere", "score", {}, calibrated=False, scenario="dec2014")
    code, _, err = call("report", str(outputs["calibrate"]), str(other), f"page={tmp_path / 'page.md'}")
    assert code == 2
    assert "of another battle than the calibration (got dec2014; allowed: teaching)" in err


def test_an_output_that_was_edited_is_refused(call, tmp_path, outputs):
    copy = tmp_path / "copy"
    shutil.copytree(outputs["calibrate"], copy)
    manifest = json.loads((copy / "run.json").read_text())
    (copy / "run.json").write_text(json.dumps(manifest | {"accepted": True}))
    code, _, err = call("report", str(copy), f"page={tmp_path / 'page.md'}")
    assert code == 2
    assert "was changed after it was written" in err
    assert not (tmp_path / "page.md").exists()


def make_skill_row(value, low, high, score="log_crps", **more):
    return {"split": "x", "baseline": "base_rate", "score": score, "skill": value, "low": low, "high": high} | {
        "n_claims": 3,
        "n_terms": 3 if low is None else 5,
        **more,
    }


@pytest.mark.parametrize(
    ("row", "words", "who"),
    [
        (make_skill_row(0.31, 0.1, 0.5), "31 % (10 to 50)", "the model"),
        (make_skill_row(-0.31, -0.5, -0.1), "−31 % (−50 to −10)", "**the baseline**"),
        (make_skill_row(0.1, -0.2, 0.5), "10 % (−20 to 50)", "no clear winner"),
        (make_skill_row(0.64, None, None), "64 %", "too few claims to tell"),
        (make_skill_row(-40.0, None, None), "below −999 %", "too few claims to tell"),
        (make_skill_row(-40.0, None, None, n_terms=5), "below −999 %", "no clear winner"),
        (make_skill_row(0.67, None, None, "log_score"), "0.67 nats", "too few claims to tell"),
        (
            make_skill_row(0.64, None, None, n_terms=5),
            "64 % (the interval has no end: the baseline's score varies too much between terms)",
            "no clear winner",
        ),
    ],
)
def test_a_skill_is_shown_with_what_its_claims_can_tell(row, words, who):
    assert format_stored_skill(row) == words
    assert describe_winner(row, "model") == who
    (_, _, line, _) = format_skill_table([row], "split", "model")
    assert line.startswith("| x | the base rate |")
    assert words in line


class ScoreOutput:
    """As much of an output as failures are told from."""

    def __init__(self, rows):
        self.rows = rows

    def read_table(self, name):
        assert name == "skill"
        return self

    def to_pylist(self):
        return self.rows


@pytest.mark.parametrize(("other", "agree"), [(-9.1, True), (-8.9, False)])
def test_islands_that_disagree_on_a_rival_are_named(tmp_path, other, agree):
    rows = [
        make_model_row("square", 1),
        make_model_row("square", 2, log_evidence=other),
        make_model_row("power", 1),
        make_model_row("power", 2),
    ]
    found = list(
        describe_disagreeing_chains(
            open_output(write_output(tmp_path / "compare-models", "compare-models", {"model_comparison": rows}))
        )
    )
    assert found == [] if agree else "The islands of square do not agree" in found[0]


def test_baselines_that_are_surely_ahead_come_first_and_others_are_no_failure():
    rows = [
        make_skill_row(0.2, 0.1, 0.3),
        make_skill_row(-0.1, -0.4, 0.2, n_claims=1),
        make_skill_row(-0.3, -0.5, -0.1),
    ]
    first, second = list_better_baselines(ScoreOutput([row | {"split": "holdout"} for row in rows]))
    assert "beyond what chance explains (3 claims)" in first
    assert "within chance (1 claim)" in second


def test_what_is_outside_is_told_for_counts_and_events_alike():
    count = {"kind": "count", "inside_90": False, "probability_high": 0.4, "q50": 10, "q05": 2, "q95": 30, "pit": 0.97}
    event = {"kind": "event", "inside_90": True, "probability_high": 0.04}
    share = count | {"kind": "share", "q50": 4, "q05": 0, "q95": 20}
    assert is_outside_interval(count)
    assert is_outside_interval(event)
    assert not is_outside_interval(count | {"inside_90": True})
    assert not is_outside_interval(event | {"probability_high": 0.2})
    assert (format_median_interval(count), format_pit(count)) == ("10 (2 to 30)", "97")
    assert format_median_interval(share) == "20 (0 to 100) %"
    assert format_median_interval(event) == format_pit(event) == ""


def make_chance_row(parameter, *, shown):
    quantiles = {f"prior_{end}": value for end, value in (("median", 0.036), ("q05", 0.003), ("q95", 0.146))}
    quantiles |= {f"posterior_{end}": value for end, value in (("median", 0.164), ("q05", 0.08), ("q95", 0.25))}
    return {"parameter": parameter, "ess": 900.0 if shown else 120.0, "ess_sufficient": shown} | quantiles


@pytest.mark.parametrize("shown", [True, False])
def test_the_chance_of_a_false_report_stands_beside_its_prior_even_with_few_draws(tmp_path, shown):
    rows = [make_chance_row("misreport", shown=shown), make_chance_row("killing_rate_teal", shown=True)]
    output = open_output(write_output(tmp_path / "calibrate", "calibrate", {"parameters": rows}, accepted=True))
    lines = list(format_misreport_section(ReportInputs(output, None, (), ())))
    (line,) = [line for line in lines if "3.6 (0.3 to 14.6) | 16.4 (8.0 to 25.0)" in line]
    assert ("too few" in line) != shown
    assert "killing" not in "".join(lines)


def test_without_a_posterior_no_chance_of_a_false_report_is_shown(tmp_path):
    output = open_output(write_output(tmp_path / "calibrate", "calibrate", {}, accepted=False))
    assert list(format_misreport_section(ReportInputs(output, None, (), ()))) == []
