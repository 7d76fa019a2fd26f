"""Validation on invented tables: it recovers what was put in, refuses what is broken, and writes its results."""

import importlib
import json

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.stats import norm
from support import closed_forms, tables

from sim.analysis import validation
from sim.analysis.validation import ardennes, cdb90_simulation, iwo_jima, victors, victors_simulation
from sim.analysis.validation.csv_tables import DataError
from sim.analysis.validation.results import ValidationSettings
from sim.analysis.validation.victors_simulation import (
    CLOSED_FORM_LAWS,
    FATIGUE_STEPS,
    assign_folds,
    compute_fatigue_time,
    compute_losses,
    compute_losses_until_stop,
    draw_normals,
    draw_uniforms,
)
from sim.cli.main import main
from sim.report.validation_page import fill_block, format_markdown_table
from sim.scenario import load


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return tables.invent(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def settings():
    return ValidationSettings(load("teaching"), effort=0.02)


# Laws for whole battles


@pytest.mark.parametrize("law", CLOSED_FORM_LAWS)
@pytest.mark.parametrize(("x0", "y0", "ratio"), [(900.0, 1500.0, 2.0), (1500.0, 900.0, 1.3), (500.0, 2000.0, 0.6)])
def test_the_closed_forms_are_the_laws_integrated(law, x0, y0, ratio):
    rates = importlib.import_module(f"sim.laws.{law}").rates
    law_parameters = {"tiring_hours": 1 / FATIGUE_STEPS} if law == "fatigue" else {}
    length, rate = 1.7, 0.12
    harm = rate / (float(closed_forms.fatigue_time(1.0, 1 / FATIGUE_STEPS)) if law == "fatigue" else 1.0)

    def slope(hours, both):
        x, y = np.maximum(both, 0)
        of_x, of_y = rates(x, y, harm, harm * ratio, (x0 + y0) / 2, hours, **law_parameters)
        return [-of_x, -of_y]

    left = solve_ivp(slope, (0, length), (x0, y0), rtol=1e-10, atol=1e-8).y[:, -1]
    losses = compute_losses(law, *(np.array([value]) for value in (x0, y0, rate, ratio, length)))
    assert [float(each[0]) for each in losses] == pytest.approx([1 - left[0] / x0, 1 - left[1] / y0], rel=1e-6)


def test_a_side_that_is_gone_harms_nobody_any_more():
    x, y = compute_losses("square", *(np.array([value]) for value in (1000.0, 300.0, 5.0, 1.0, 1.0)))
    assert float(y[0]) == 1.0
    assert 1000 * (1 - float(x[0])) == pytest.approx(np.sqrt(1000**2 - 300**2))


def test_with_the_stop_one_side_is_as_recorded_and_fatigue_is_the_logarithmic_law():
    x0, y0, x_lost, y_lost = (np.array([value]) for value in (900.0, 1500.0, 0.1, 0.3))
    for law in CLOSED_FORM_LAWS:
        for ratio in (0.3, 1.0, 4.0, 9.0):
            x, y = compute_losses_until_stop(law, x0, y0, x_lost, y_lost, np.array([ratio]))
            assert (x[0] == 0.1 and y[0] <= 0.3) or (x[0] <= 0.1 + 1e-12 and y[0] == 0.3)
    same = [
        compute_losses_until_stop(law, x0, y0, x_lost, y_lost, np.array([2.0])) for law in ("logarithmic", "fatigue")
    ]
    assert same[0] == same[1]
    assert same[0] != compute_losses_until_stop("square", x0, y0, x_lost, y_lost, np.array([2.0]))


def test_time_that_counts_under_fatigue_begins_fast_and_is_one_for_a_typical_battle():
    assert float(compute_fatigue_time(np.array([1.0]))[0]) == pytest.approx(1)
    assert float(compute_fatigue_time(np.array([2.0]))[0]) < 2
    assert float(compute_fatigue_time(np.array([0.5]))[0]) > 0.5


# Choosing by rejection


def test_the_nearest_draws_and_their_shares():
    labels = np.array([0, 0, 1, 1, 2])
    nearest = victors_simulation.select_nearest(np.array([3.0, 1.0, 2.0, 9.0, 0.5]), 0.6)
    assert nearest.tolist() == [4, 1, 2]
    assert victors_simulation.compute_model_shares(labels, nearest, 3).tolist() == pytest.approx([1 / 3] * 3)


@pytest.mark.slow
def test_the_choice_finds_the_law_that_made_the_data(tmp_path, settings):
    for law in ("linear", "square"):
        tables.victors(tmp_path / law / "rubio_battles", 60, law)
        result = victors.validate(victors.load(tmp_path / law), ValidationSettings(settings.scenario, effort=0.05))
        (shares,) = (table for table in result.tables if table.name == "shares")
        by_summaries = np.array([row[2:] for row in shares.rows if "summaries" in row[1]], dtype=float)
        assert CLOSED_FORM_LAWS[int(by_summaries.mean(axis=0).argmax())] == law


def test_a_draw_does_not_depend_on_the_others():
    some = draw_normals("name", 3, [5, 6], 4)
    assert np.array_equal(draw_normals("name", 3, [6], 4)[0], some[1])
    assert np.array_equal(draw_uniforms("name", 3, [5], 9)[0, :4], draw_uniforms("name", 3, [5], 4)[0])
    assert not np.array_equal(draw_normals("name", 4, [5], 4), some[:1])


def test_every_battle_is_held_out_once():
    folds = assign_folds("1793-1860", 7, 556)
    assert np.bincount(folds).tolist() == [56] * 6 + [55] * 4


# Fits


def test_free_exponents_are_recovered(data, settings):
    losses = ardennes.load(data)
    best = ardennes.fit_bracken(losses, 3)
    assert (best.p, best.q, best.d, best.r2) == pytest.approx((0.7, 1.4, 0.8, 1.0), abs=2e-3)
    assert ardennes.fit_bracken_rates(losses, 1, 1).r2 < 0.9
    checks = ardennes.validate(losses, settings).checks
    assert not checks[0].is_reproduced  # the reference numbers of the square law were made up


def test_landings_and_losses_add_up(data):
    tables_of_battle = iwo_jima.load(data)
    days = np.linspace(0, 20, 41)
    landed, defenders = iwo_jima.solve_strengths(tables_of_battle, "square", 0.0, 0.01, days)
    assert landed[-1] == pytest.approx(3500)
    assert defenders[0] == 2000
    landed, defenders = iwo_jima.solve_strengths(tables_of_battle, "square", 0.05, 0.01, days)
    x, y = closed_forms.square(landed[6], defenders[6], 0.01, 0.05, 10.0)  # from the third day on nobody lands
    assert (landed[26], defenders[26]) == pytest.approx((x, y), rel=1e-5)


def test_censored_break_points_are_recovered():
    n, median, sigma = 4000, 0.2, 0.9
    z = draw_normals("test:censored", 1, [0, 1], n)
    breaks, reached = median * np.exp(sigma * z[0]), 0.25 * np.exp(z[1])
    broke = breaks <= reached
    fitted = cdb90_simulation.fit_break_points(np.minimum(breaks, reached), broke)
    assert fitted == pytest.approx((median, sigma), rel=0.1)
    assert np.exp(norm.fit(np.log(breaks[broke]))[0]) < 0.75 * median  # as if nobody were censored


# The page


def test_a_block_is_filled_and_the_prose_stays():
    page = "# A page\n\n<!-- one -->\nold\n<!-- end of one -->\n\nProse.\n"
    filled = fill_block(page, "one", "new")
    assert filled == page.replace("old", "new")
    assert fill_block(filled, "two", "more").endswith("Prose.\n\n<!-- two -->\nmore\n<!-- end of two -->\n")
    with pytest.raises(ValueError, match="end of one"):
        fill_block("<!-- one -->\nold", "one", "new")


def test_columns_of_numbers_are_aligned_to_the_right():
    assert format_markdown_table(("a", "b"), [("x", "1,000"), ("y", "2")]).splitlines()[1] == "| --- | ---: |"


# The command


def call_validate(words, capsys) -> tuple[int, str]:
    with pytest.raises(SystemExit) as left:
        main(["validate", *words])
    return left.value.code, capsys.readouterr().err.strip()


@pytest.mark.slow
def test_the_command_writes_tables_figures_and_the_page(data, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(victors, "DRAWS_PER_LAW", 120)
    monkeypatch.setattr(victors, "TRIALS_PER_LAW", 2)
    monkeypatch.setattr(cdb90_simulation, "REPEATS_PER_ENGAGEMENT", 2)
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "validation.md").write_text("# Mine\n\nWords of mine.\n", encoding="utf-8")
    words = [f"data={data}", f"docs={docs}", f"outputs={tmp_path / 'outputs'}", "scenario=teaching", "workers=1"]
    with pytest.raises(SystemExit) as left:
        main(["validate", *words])
    assert left.value.code == 0
    printed = capsys.readouterr().out
    folder = tmp_path / "outputs" / "validation"
    (output,) = folder.iterdir()
    assert printed.splitlines()[-1] == str(output)
    assert "NOT reproduced" in printed
    page = (docs / "validation.md").read_text(encoding="utf-8")
    assert page.startswith("# Mine\n\nWords of mine.\n")
    manifest = json.loads((output / "run.json").read_text())
    for name in validation.list_data_sets():
        assert f"<!-- {name} -->" in page
        assert (docs / "images" / "validation" / f"{name}.png").stat().st_size > 1000
        assert manifest["checks"][name]
        assert list(output.glob(f"{name}_*.csv"))
    assert str(tmp_path) not in page


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "validate needs data=DIR"),
        (["data=nowhere"], "data: there is no folder nowhere"),
        (["data="], "data: not a folder (got '')"),
        (["data=.", "data=.."], "data: is set twice"),
        (["data=.", "docs=nowhere"], "docs: there is no folder nowhere"),
        (["data=.", "law=cubic"], "law: unknown law"),
        (["data=.", "only=cdb90,waterloo"], "only: no validation 'waterloo' (allowed: ardennes, assault_losses,"),
    ],
)
def test_bad_arguments_are_reported_in_one_line(words, message, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, err = call_validate(words, capsys)
    assert code == 2
    assert len(err.splitlines()) == 1
    assert message in err
    assert list(tmp_path.iterdir()) == []


def test_a_foreign_folder_is_reported_in_one_line(capsys, tmp_path):
    code, err = call_validate([f"data={tmp_path}", f"outputs={tmp_path / 'outputs'}"], capsys)
    assert (code, len(err.splitlines())) == (2, 1)
    assert "has no folder ardennes, cdb90, iwo_jima, rubio_battles" in err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("rubio_battles/02.csv", "R0;Rc", "R0;Lost", "02.csv:1: no column Rc"),
        ("rubio_battles/01.csv", "1700;", "1700;-", "01.csv:2: R0 is not a number of at least 1"),
        ("ardennes/Ardennes.csv", "2 ", "two ", "Ardennes.csv:2: Day is not a number"),
        ("cdb90/CDB90-patched.csv", "1,1", "1,-1", "derived_engagements.csv:2: the result is not that of the patched"),
        ("iwo_jima/parameters.csv", "0.05", "nan", "parameters.csv:2: value is not a number of at least 0"),
    ],
)
def test_a_broken_table_is_reported_with_its_line(file, old, new, message, capsys, tmp_path):
    path = tables.invent(tmp_path / "data") / file
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    code, err = call_validate([f"data={tmp_path / 'data'}", f"outputs={tmp_path / 'outputs'}"], capsys)
    assert code == 2
    assert message in err
    assert not (tmp_path / "outputs").exists()


@pytest.mark.parametrize("name", iwo_jima.PARAMETERS)
def test_a_table_that_lacks_a_name_is_refused_by_it(name, tmp_path):
    tables.iwo_jima(tmp_path / "iwo_jima")
    path = tmp_path / "iwo_jima" / "parameters.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join(line for line in lines if not line.startswith(f"{name},")), encoding="utf-8")
    with pytest.raises(DataError, match=f"no row whose name is {name}"):
        iwo_jima.load(tmp_path)
