"""The validation on invented tables: it finds what was put in, refuses what is broken, and writes what it found."""

import importlib
import json

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.stats import norm
from support import closed, tables

from sim.cli.main import main
from sim.cli.validate import command
from sim.scenario import load
from sim.validation import cdb90_fought, rejection, sets, victors_told
from sim.validation.chance import normals, uniforms
from sim.validation.finding import Plan
from sim.validation.page import filled, table
from sim.validation.sets import ardennes, iwo_jima, victors
from sim.validation.victors_draws import folds_of
from sim.validation.whole_battles import LAWS, STEPS, lost, stopped, tired


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return tables.invent(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def plan():
    return Plan(load("teaching"), effort=0.02)


# Laws for whole battles


@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize(("x0", "y0", "ratio"), [(900.0, 1500.0, 2.0), (1500.0, 900.0, 1.3), (500.0, 2000.0, 0.6)])
def test_the_closed_forms_are_the_laws_integrated(law, x0, y0, ratio):
    rates = importlib.import_module(f"sim.laws.{law}").rates
    own = {"tiring_hours": 1 / STEPS} if law == "fatigue" else {}
    length, rate = 1.7, 0.12
    harm = rate / (float(closed.tired(1.0, 1 / STEPS)) if law == "fatigue" else 1.0)

    def slope(hours, both):
        x, y = np.maximum(both, 0)
        of_x, of_y = rates(x, y, harm, harm * ratio, (x0 + y0) / 2, hours, **own)
        return [-of_x, -of_y]

    left = solve_ivp(slope, (0, length), (x0, y0), rtol=1e-10, atol=1e-8).y[:, -1]
    found = lost(law, *(np.array([value]) for value in (x0, y0, rate, ratio, length)))
    assert [float(each[0]) for each in found] == pytest.approx([1 - left[0] / x0, 1 - left[1] / y0], rel=1e-6)


def test_a_side_that_is_gone_harms_nobody_any_more():
    x, y = lost("square", *(np.array([value]) for value in (1000.0, 300.0, 5.0, 1.0, 1.0)))
    assert float(y[0]) == 1.0
    assert 1000 * (1 - float(x[0])) == pytest.approx(np.sqrt(1000**2 - 300**2))


def test_with_the_stop_one_side_is_given_and_fatigue_is_the_logarithmic_law():
    x0, y0, x_lost, y_lost = (np.array([value]) for value in (900.0, 1500.0, 0.1, 0.3))
    for law in LAWS:
        for ratio in (0.3, 1.0, 4.0, 9.0):
            x, y = stopped(law, x0, y0, x_lost, y_lost, np.array([ratio]))
            assert (x[0] == 0.1 and y[0] <= 0.3) or (x[0] <= 0.1 + 1e-12 and y[0] == 0.3)
    same = [stopped(law, x0, y0, x_lost, y_lost, np.array([2.0])) for law in ("logarithmic", "fatigue")]
    assert same[0] == same[1]
    assert same[0] != stopped("square", x0, y0, x_lost, y_lost, np.array([2.0]))


def test_time_that_counts_under_fatigue_begins_fast_and_is_one_for_a_typical_battle():
    assert float(tired(np.array([1.0]))[0]) == pytest.approx(1)
    assert float(tired(np.array([2.0]))[0]) < 2
    assert float(tired(np.array([0.5]))[0]) > 0.5


# Choosing by rejection


def test_the_nearest_draws_and_their_shares():
    labels = np.array([0, 0, 1, 1, 2])
    chosen = rejection.nearest(np.array([3.0, 1.0, 2.0, 9.0, 0.5]), 0.6)
    assert chosen.tolist() == [4, 1, 2]
    assert rejection.shares(labels, chosen, 3).tolist() == pytest.approx([1 / 3] * 3)


@pytest.mark.slow
def test_the_choice_finds_the_law_that_made_the_data(tmp_path, plan):
    for law in ("linear", "square"):
        tables.victors(tmp_path / law / "rubio_battles", 60, law)
        finding = victors.hold(victors.load(tmp_path / law), Plan(plan.scenario, effort=0.05))
        (shares,) = (each for each in finding.tables if each.name == "shares")
        by_summaries = np.array([row[2:] for row in shares.rows if "summaries" in row[1]], dtype=float)
        assert LAWS[int(by_summaries.mean(axis=0).argmax())] == law


def test_draws_are_the_same_whoever_asks():
    some = normals("name", 3, [5, 6], 4)
    assert np.array_equal(normals("name", 3, [6], 4)[0], some[1])
    assert np.array_equal(uniforms("name", 3, [5], 9)[0, :4], uniforms("name", 3, [5], 4)[0])
    assert not np.array_equal(normals("name", 4, [5], 4), some[:1])


def test_every_battle_is_held_out_once():
    folds = folds_of("1793-1860", 7, 556)
    assert np.bincount(folds).tolist() == [56] * 6 + [55] * 4


# Fits


def test_free_exponents_are_found_again(data, plan):
    found = ardennes.load(data)
    best = ardennes.free_fit(found, 3)
    assert (best.p, best.q, best.d, best.r2) == pytest.approx((0.7, 1.4, 0.8, 1.0), abs=2e-3)
    assert ardennes.fit(found, 1, 1).r2 < 0.9
    verdicts = ardennes.hold(found, plan).verdicts
    assert not verdicts[0].reproduced  # the golden numbers of the square law were made up


def test_landings_and_losses_add_up(data):
    found = iwo_jima.load(data)
    days = np.linspace(0, 20, 41)
    landed, defenders = iwo_jima.strengths(found, "square", 0.0, 0.01, days)
    assert landed[-1] == pytest.approx(3500)
    assert defenders[0] == 2000
    landed, defenders = iwo_jima.strengths(found, "square", 0.05, 0.01, days)
    x, y = closed.square(landed[6], defenders[6], 0.01, 0.05, 10.0)  # from the third day on nobody lands
    assert (landed[26], defenders[26]) == pytest.approx((x, y), rel=1e-5)


def test_censored_break_points_are_found_again():
    n, median, sigma = 4000, 0.2, 0.9
    z = normals("test:censored", 1, [0, 1], n)
    breaks, reached = median * np.exp(sigma * z[0]), 0.25 * np.exp(z[1])
    broke = breaks <= reached
    found = cdb90_fought.censored(np.minimum(breaks, reached), broke)
    assert found == pytest.approx((median, sigma), rel=0.1)
    assert np.exp(norm.fit(np.log(breaks[broke]))[0]) < 0.75 * median  # as if nobody were censored


# The page


def test_a_block_is_filled_and_the_prose_stays():
    page = "# A page\n\n<!-- one -->\nold\n<!-- end of one -->\n\nProse.\n"
    found = filled(page, "one", "new")
    assert found == page.replace("old", "new")
    assert filled(found, "two", "more").endswith("Prose.\n\n<!-- two -->\nmore\n<!-- end of two -->\n")
    with pytest.raises(ValueError, match="end of one"):
        filled("<!-- one -->\nold", "one", "new")


def test_numbers_stand_to_the_right():
    assert table(("a", "b"), [("x", "1,000"), ("y", "2")]).splitlines()[1] == "| --- | ---: |"


# The command


def told(words, capsys) -> tuple[int, str]:
    with pytest.raises(SystemExit) as left:
        main(["validate", *words])
    return left.value.code, capsys.readouterr().err.strip()


@pytest.mark.slow
def test_the_command_writes_tables_figures_and_the_page(data, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(victors, "DRAWS", 120)
    monkeypatch.setattr(victors_told, "TRIALS", 2)
    monkeypatch.setattr(cdb90_fought, "REPEATS", 2)
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "validation.md").write_text("# Mine\n\nWords of mine.\n", encoding="utf-8")
    words = [f"data={data}", f"docs={docs}", f"outputs={tmp_path / 'outputs'}", "scenario=teaching", "workers=1"]
    assert command(words) == 0
    said = capsys.readouterr().out
    folder = tmp_path / "outputs" / "validation"
    (made,) = folder.iterdir()
    assert said.splitlines()[-1] == str(made)
    assert "NOT reproduced" in said
    page = (docs / "validation.md").read_text(encoding="utf-8")
    assert page.startswith("# Mine\n\nWords of mine.\n")
    facts = json.loads((made / "run.json").read_text())
    for name in sets.names():
        assert f"<!-- {name} -->" in page
        assert (docs / "images" / "validation" / f"{name}.png").stat().st_size > 1000
        assert facts["verdicts"][name]
        assert list(made.glob(f"{name}_*.csv"))
    assert str(tmp_path) not in page


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ([], "validate needs data=DIR"),
        (["data=nowhere"], "data: there is no folder nowhere"),
        (["data="], "data: not a folder (got '')"),
        (["data=.", "data=.."], "data: is set twice"),
        (["data=.", "docs=nowhere"], "docs: there is no folder nowhere"),
        (["data=.", "law=cubic"], "law: unknown law"),
    ],
)
def test_a_command_that_can_t_be_carried_out_is_told_in_one_line(words, wanted, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, err = told(words, capsys)
    assert code == 2
    assert len(err.splitlines()) == 1
    assert wanted in err
    assert list(tmp_path.iterdir()) == []


def test_a_foreign_folder_is_told_in_one_line(capsys, tmp_path):
    code, err = told([f"data={tmp_path}", f"outputs={tmp_path / 'outputs'}"], capsys)
    assert (code, len(err.splitlines())) == (2, 1)
    assert "has no folder ardennes, cdb90, iwo_jima, rubio_battles" in err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("file", "old", "new", "wanted"),
    [
        ("rubio_battles/02.csv", "R0;Rc", "R0;Lost", "02.csv:1: no column Rc"),
        ("rubio_battles/01.csv", "1700;", "1700;-", "01.csv:2: R0 is not a number of at least 1"),
        ("ardennes/Ardennes.csv", "2 ", "two ", "Ardennes.csv:2: Day is not a number"),
        ("cdb90/CDB90-patched.csv", "1,1", "1,-1", "derived_engagements.csv:2: the result is not that of the patched"),
        ("iwo_jima/parameters.csv", "0.05", "nan", "parameters.csv:2: value is not a number of at least 0"),
    ],
)
def test_a_broken_table_is_told_with_its_line(file, old, new, wanted, capsys, tmp_path):
    path = tables.invent(tmp_path / "data") / file
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    code, err = told([f"data={tmp_path / 'data'}", f"outputs={tmp_path / 'outputs'}"], capsys)
    assert code == 2
    assert wanted in err
    assert not (tmp_path / "outputs").exists()
