"""Exports: the formats that others read, held against their readers and against the tables; nothing is overwritten."""

import csv
import json
import re
import shutil
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.outputs import find_faults, list_files, read_columns

from sim.outputs import exports, schema
from sim.outputs.death_counts import find_grid_cell
from sim.outputs.exports.ged import ADDED_COLUMNS, COLUMNS, apportion, divide_by_side, summarize_deaths
from sim.outputs.exports.views import compute_month_id
from sim.storage.reader import open_output
from tools.outputs import format_outputs_page

ROOT = Path(__file__).resolve().parent.parent
INSTANT = timedelta(microseconds=1)


@pytest.fixture(scope="module")
def outputs(outputs, inferred):
    """Those of commands that calibrate too."""
    return outputs | inferred


@pytest.fixture
def exported(outputs, call, tmp_path):
    """What an export of an output writes: the files by name."""

    def export(command: str, name: str) -> dict[str, Path]:
        code, out, err = call("export", str(outputs[command]), f"format={name}", f"to={tmp_path / name}")
        assert (code, err) == (0, "")
        paths = [Path(line) for line in out.splitlines()]
        assert sorted(paths) == sorted((tmp_path / name).iterdir())  # nothing partial is left
        return {path.name: path for path in paths}

    return export


def read_csv(path: Path) -> list[dict[str, str]]:
    """A CSV file."""
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


# --- What is written, column by column


@pytest.mark.slow
@pytest.mark.parametrize("command", schema.list_commands())
def test_every_field_of_a_stored_table_has_its_unit_and_description(outputs, command):
    for path in sorted(outputs[command].glob("*.parquet")):
        for field in pq.read_schema(path):
            assert {b"description", b"unit"} <= set(field.metadata or {}), (path.name, field.name)
            assert field.metadata[b"description"], (path.name, field.name)
            assert field.metadata[b"unit"], (path.name, field.name)


@pytest.mark.parametrize("command", schema.list_commands())
def test_every_table_and_column_of_an_output_is_described_and_has_the_type_said(outputs, command):
    folder, tables = outputs[command], schema.find_tables(command)
    assert open_output(folder).table_names == sorted(
        name for name, table in tables.items() if table.format == "parquet"
    )
    for name, table in tables.items():
        assert list_files(folder, table), name
        for path in list_files(folder, table):
            assert find_faults(table, read_columns(path)) == [], path.name


@pytest.mark.parametrize(
    ("command", "name", "damage", "faults"),
    [
        ("calibrate", "history_matching", lambda table: table.drop_columns(["n_matches"]), ["n_matches: missing"]),
        (
            "compare-models",
            "model_comparison",
            lambda table: table.rename_columns({"log_evidence_error": "err"}),
            ["err: not described", "log_evidence_error: missing"],
        ),
        (
            "sbc",
            "sbc_ranks",
            lambda table: table.set_column(2, "rank", table["rank"].cast("double")),
            ["rank: double, not integer"],
        ),
    ],
)
def test_a_damaged_table_is_not_as_described(outputs, tmp_path, command, name, damage, faults):
    path = tmp_path / f"{name}.parquet"
    pq.write_table(damage(open_output(outputs[command]).read_table(name)), path)
    assert find_faults(schema.find_tables(command)[name], read_columns(path)) == faults


def test_a_damaged_posterior_or_sealed_statement_is_not_as_described(outputs, tmp_path):
    import xarray as xr

    with xr.open_datatree(outputs["calibrate"] / "posterior.nc", engine="h5netcdf") as tree:
        spoilt = tree.load().drop_nodes("prior")
        spoilt["sample_stats"] = spoilt["sample_stats"].dataset.astype(str)
        spoilt.to_netcdf(tmp_path / "posterior.nc", engine="h5netcdf")
    faults = find_faults(schema.find_tables("calibrate")["posterior"], read_columns(tmp_path / "posterior.nc"))
    assert [fault.split(": ")[0] for fault in faults] == ["sample_stats/lp", "sample_stats/lineage", "prior/<prior>"]
    sealed = schema.find_tables("forecast")["sealed-<cutoff>"]
    (path,) = list_files(outputs["forecast"], sealed)
    statement = json.loads(path.read_text())
    del statement["mode"]
    (tmp_path / path.name).write_text(json.dumps(statement | {"fitted_claims": 3, "cutoff": "soon"}))
    faults = find_faults(sealed, read_columns(tmp_path / path.name))
    assert faults == ["cutoff: str, not datetime", "fitted_claims: int, not list", "mode: missing"]


def test_the_page_of_outputs_is_made_from_what_is_described():
    assert (ROOT / "docs" / "outputs.md").read_text(encoding="utf-8") == format_outputs_page()
    for name in schema.list_schemas():
        for table in schema.find_tables(name).values():
            assert f"### `{table.name}.{table.format}`" in format_outputs_page()
            assert all(f"| `{column.name}` |" in format_outputs_page() for column in table.columns)
    assert set(schema.EXPORT_FORMATS) <= set(exports.list_formats())


def test_a_single_column_comes_before_one_of_a_kind():
    runs = schema.find_tables("run")["runs"]
    assert runs.find_column("seed").name == "seed"
    assert runs.find_column("killed_teal").name == "killed_<side>"
    assert runs.find_column("p_killed_teal").name == "p_<prior>"
    assert runs.find_column("killed_teal").extract_id("killed_teal") == "teal"
    assert runs.find_column("luck") is None
    pairs = schema.find_tables("whatif")["pairs"]
    assert (pairs.find_column("case").name, pairs.find_column("killed_teal").name) == ("case", "<measure>")


@pytest.mark.parametrize("command", schema.list_commands())
def test_csv_holds_every_table_and_frictionless_finds_nothing_wrong(outputs, exported, command):
    from frictionless import validate

    files = exported(command, "csv")
    report = validate(str(files["datapackage.json"]))
    assert report.valid, report.flatten(["message"])[:3]
    output = open_output(outputs[command])
    assert {f"{name}.csv" for name in output.table_names} <= set(files)
    for name in output.table_names:
        table = output.read_table(name)
        rows = read_csv(files[f"{name}.csv"])
        assert len(rows) == table.num_rows
        for field in table.schema:
            if str(field.type) == "double":
                ours = np.array([float(row[field.name] or "nan") for row in rows])
                np.testing.assert_array_equal(ours, table[field.name].to_numpy())  # nothing is rounded
    package = json.loads(files["datapackage.json"].read_text())
    assert package["simulated"] is True
    assert package["licenses"][0]["name"] == "Apache-2.0"
    assert [source["title"] for source in package["sources"]][1] == "the Gazette (invented)"
    fields = [field for resource in package["resources"] for field in resource["schema"]["fields"]]
    assert all(field.get("description") or command == "validate" for field in fields)


def test_frictionless_sees_a_damaged_export(exported):
    from frictionless import validate

    files = exported("run", "csv")
    text = files["runs.csv"].read_text()
    files["runs.csv"].write_text(text.replace("true", "perhaps", 1))
    assert not validate(str(files["datapackage.json"])).valid


def test_units_and_descriptions_are_those_of_the_scenario(outputs, exported):
    scenario = open_output(outputs["run"]).scenario
    package = json.loads(exported("run", "csv")["datapackage.json"].read_text())
    runs = next(each for each in package["resources"] if each["name"] == "runs")
    fields = {field["name"]: field for field in runs["schema"]["fields"]}
    prior = scenario.priors["amber_host"]
    assert fields["p_amber_host"]["unit"] == prior.unit
    assert prior.reason in fields["p_amber_host"]["description"]
    assert fields["headline_1"]["description"].endswith(scenario.headline_outputs[0].text)
    assert (fields["killed_teal"]["unit"], fields["killed_teal"]["description"]) == (
        "people",
        "killed on that side: the Teal army",
    )


# --- UCDP-GED


def test_events_have_the_columns_of_ged_and_are_marked_as_simulated(outputs, exported):
    from frictionless import validate

    files = exported("run", "ged")
    assert validate(str(files["datapackage.json"])).valid
    rows = read_csv(files["simulated_ged.csv"])
    assert rows
    assert list(rows[0]) == [*COLUMNS, *ADDED_COLUMNS]
    assert len(COLUMNS) == 49
    scenario = open_output(outputs["run"]).scenario
    names = {place.name: place for place in scenario.places.values()}
    for row in rows:
        assert row["simulated"] == "true"
        assert row["id"].startswith("SIM-")
        assert row["relid"].startswith("SIM-")
        assert row["code_status"] == "Simulated"
        assert "simulated" in row["source_article"]
        assert "simulated" in row["conflict_name"]
        assert not row["id"].isdigit()  # as UCDP's own are
        low, best, high = (int(row[name]) for name in ("low", "best", "high"))
        assert 0 <= low <= best <= high
        assert high >= 1
        assert int(row["deaths_a"]) + int(row["deaths_b"]) == best
        place = names[row["where_coordinates"]]
        assert (float(row["latitude"]), float(row["longitude"])) == (place.coordinates.lat, place.coordinates.lon)
        assert (row["where_prec"] == "2") == (place.coordinates.estimated_within_km is not None)
        assert (row["side_a"], row["side_b"]) == tuple(side.name for side in scenario.sides.values())
        assert date(2001, 6, 1) <= date.fromisoformat(row["date_start"]) <= date(2001, 6, 3)
    assert len({row["id"] for row in rows}) == len(rows)


def test_own_quantiles_worked_by_hand():
    """Twenty battles with 0 to 19 deaths, a third of them of the first side, rounded down."""
    whole = np.arange(20)
    by_side = np.stack([whole // 3, whole - whole // 3], axis=1)
    # The smallest number that at least so many of the battles do not exceed: 1 of 20, 10 of 20, 19 of 20.
    assert tuple(summarize_deaths(by_side).values()) == (0, 9, 18)
    assert divide_by_side(10, by_side) == {"deaths_a": 3, "deaths_b": 7}  # 57 of 190
    assert divide_by_side(0, by_side[:1]) == {"deaths_a": 0, "deaths_b": 0}


def test_totals_are_apportioned_as_sainte_lague_has_it():
    """The textbook's example of 53, 24 and 23 thousand votes for seven seats: 3, 2 and 2."""
    assert apportion([7], np.array([53.0, 24.0, 23.0]))[0].tolist() == [3, 2, 2]
    assert apportion([0, 0, 0], np.zeros(4))[2].tolist() == [0, 0, 0, 0]


@given(st.lists(st.integers(0, 300), min_size=3, max_size=3), st.lists(st.floats(0.001, 50), min_size=1, max_size=9))
@settings(max_examples=50, deadline=None)
def test_parts_add_up_and_stay_in_order(totals, weights):
    low, best, high = apportion(sorted(totals), np.array(weights))
    assert [part.sum() for part in (low, best, high)] == sorted(totals)
    assert (low <= best).all()
    assert (best <= high).all()


def test_events_add_up_to_what_whole_battles_had(outputs, exported):
    output = open_output(outputs["run"])
    rows = read_csv(exported("run", "ged")["simulated_ged.csv"])
    runs = output.read_table("runs")
    dead = sorted((runs["killed_teal"].to_numpy() + runs["killed_amber"].to_numpy()).tolist())
    quantiles = [dead[-(-share * len(dead) // 100) - 1] for share in (5, 50, 95)]
    assert [sum(int(row[name]) for row in rows) for name in ("low", "best", "high")] == quantiles


def test_the_own_quantiles_of_events_are_those_of_the_daily_table(outputs, exported):
    output = open_output(outputs["run"])
    rows = read_csv(exported("run", "ged")["simulated_ged.csv"])
    totals: dict[tuple[str, str], dict[int, float]] = {}
    for row in output.read_table("daily").to_pylist():
        cell = totals.setdefault(
            ((row["day"] - INSTANT).date().isoformat(), output.scenario.places[row["place"]].name), {}
        )
        cell[row["replication"]] = cell.get(row["replication"], 0) + row["killed"]
    assert rows
    for row in rows:
        ordered = sorted(totals[row["date_start"], row["where_coordinates"]].values())
        expected = [ordered[-(-share * len(ordered) // 100) - 1] for share in (5, 50, 95)]
        assert [float(row[name]) for name in ("own_low", "own_median", "own_high")] == expected


@pytest.mark.parametrize(
    ("lat", "lon", "cell"),
    # Of the map's corners, and by the rule: (row - 1) * 720 + column.
    [(-89.9, -179.9, 1), (-89.9, 179.9, 720), (89.9, 179.9, 259200), (0.1, 0.1, 180 * 720 + 361)],
)
def test_cells_are_counted_as_prio_grid_has_them(lat, lon, cell):
    assert find_grid_cell(lat, lon) == cell


# --- Claims


def test_claims_of_an_output_are_described_and_come_in_again(outputs, exported, call, tmp_path):
    from frictionless import validate

    files = exported("run", "claims")
    assert validate(str(files["datapackage.json"])).valid
    package = json.loads(files["datapackage.json"].read_text())
    assert package["simulated"] is False
    assert "no simulated battle" in package["description"]
    rows = read_csv(files["claims.csv"])
    assert [row["id"] for row in rows] == list(open_output(outputs["run"]).scenario.claims)
    assert call("new", "again", f"from={files['claims.csv']}", f"folder={tmp_path}")[0] == 0
    assert call("check", str(tmp_path / "again.yaml"))[0] == 0


# --- ViEWS


def test_draws_have_the_format_of_the_challenge(outputs, exported):
    """Exactly these columns, every month, cell and draw once, no outcome missing or below nothing."""
    files = exported("run", "views")
    months = pq.read_table(files["simulated_pgm.parquet"])
    assert months.column_names == ["month_id", "priogrid_gid", "draw", "outcome"]
    assert months.schema.metadata[b"simulated"] == b"true"
    output = open_output(outputs["run"])
    cells = {find_grid_cell(place.coordinates.lat, place.coordinates.lon) for place in output.scenario.places.values()}
    keys = list(zip(*(months[name].to_pylist() for name in ("month_id", "priogrid_gid", "draw")), strict=True))
    assert sorted(keys) == sorted(
        {(compute_month_id(date(2001, 6, 1)), cell, draw) for cell in cells for draw in range(120)}
    )
    assert min(months["outcome"].to_pylist()) >= 0
    runs = output.read_table("runs")
    dead = runs["killed_teal"].to_numpy() + runs["killed_amber"].to_numpy()
    total = np.zeros(120)
    np.add.at(total, months["draw"].to_numpy(), months["outcome"].to_numpy())
    np.testing.assert_array_equal(total, dead)
    days = pq.read_table(files["simulated_place_day.parquet"])
    assert days.column_names == ["day", "place", "draw", "outcome"]
    assert days.num_rows == 3 * 5 * 120
    assert sum(days["outcome"].to_pylist()) == dead.sum()


def test_months_are_counted_as_views_has_them():
    assert (
        compute_month_id(date(1980, 1, 31)),
        compute_month_id(date(1980, 12, 1)),
        compute_month_id(date(1981, 1, 1)),
    ) == (1, 12, 13)


# --- GeoJSON


def test_control_is_sound_geojson_with_time(outputs, exported):
    from geojson_pydantic import FeatureCollection

    path = exported("run", "geojson")["simulated_control.geojson"]
    plain = json.loads(path.read_text())
    features = FeatureCollection.model_validate(plain).features
    output = open_output(outputs["run"])
    assert len(features) == 12 * 5
    assert plain["simulated"] is True
    for feature in features:
        properties = feature.properties
        assert properties["simulated"] is True
        place = output.scenario.places[properties["place"]].coordinates
        assert tuple(feature.geometry.coordinates)[:2] == (place.lon, place.lat)
        assert re.fullmatch(rf"{properties['day']}T(00|06|12|18):00:00\+01:00", properties["time"])
        assert properties["time"] < properties["time_end"]
        assert properties["control"] in (*output.scenario.sides, "contested")
        probabilities = [properties[f"probability_{state}"] for state in ("first", "contested", "second")]
        assert sum(probabilities) == pytest.approx(1, abs=2e-4)
        assert properties["replications"] == 120


# --- Nothing is overwritten, and faults are reported


@pytest.mark.parametrize("name", exports.list_formats())
def test_what_is_there_stays(outputs, call, tmp_path, name):
    words = ["export", str(outputs["run"]), f"format={name}", f"to={tmp_path}"]
    assert call(*words)[0] == 0
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    code, out, err = call(*words)
    assert (code, out) == (2, "")
    assert "already, which stay (allowed: another folder)" in err
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_one_foreign_file_of_that_name_keeps_all_from_being_written(outputs, call, tmp_path):
    (tmp_path / "runs.csv").write_text("mine")
    code, _, err = call("export", str(outputs["run"]), "format=csv", f"to={tmp_path}")
    assert code == 2
    assert "holds runs.csv already" in err
    assert [path.name for path in tmp_path.iterdir()] == ["runs.csv"]


def test_the_same_output_exports_the_same_bytes(outputs, call, tmp_path):
    for name in exports.list_formats():
        for part in ("one", "two"):
            assert call("export", str(outputs["run"]), f"format={name}", f"to={tmp_path / name / part}")[0] == 0
        for path in (tmp_path / name / "one").iterdir():
            assert path.read_bytes() == (tmp_path / name / "two" / path.name).read_bytes()


def test_exports_go_into_the_output_by_default(outputs, call, tmp_path):
    folder = shutil.copytree(outputs["run"], tmp_path / "copy")
    code, out, _ = call("export", str(folder), "format=geojson")
    assert code == 0
    assert out.splitlines()[0] == str(folder / "exports" / "geojson" / "simulated_control.geojson")
    assert call("plot", str(folder), "figure=losses", "format=svg")[0] == 0  # exports do not break the seal


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["{run}"], "format: is missing (allowed: claims, csv, ged, geojson, kml, orbat_mapper, views)"),
        (["{run}", "format=pdf"], "format: unknown format (got 'pdf'; allowed: claims, csv, ged, geojson, kml,"),
        (["{run}", "format=csv,ged"], "format: one at a time (got csv,ged)"),
        (["{sweep}", "format=ged"], "format: ged is of sim run only (allowed for sim sweep: claims, csv)"),
        (["{run}", "format=csv", "table=runs"], "table: unknown option (allowed: format, to)"),
        (["nowhere", "format=csv"], "nowhere: no such folder"),
        ([], "export: needs one output folder (got none)"),
    ],
)
def test_a_fault_is_reported_in_one_message(call, outputs, words, message, tmp_path):
    code, out, err = call("export", *(word.format(**outputs) for word in words), f"to={tmp_path / 'to'}")
    assert (code, out) == (2, "")
    assert message in err
    assert len(err.splitlines()) == 1
    assert not (tmp_path / "to").exists()


def test_a_folder_that_can_not_be_made_is_reported(call, outputs, tmp_path):
    (tmp_path / "file").write_text("mine")
    code, out, err = call("export", str(outputs["run"]), "format=csv", f"to={tmp_path / 'file' / 'below'}")
    assert (code, out) == (2, "")
    assert err.startswith("sim: to: can't write into ")
    assert len(err.splitlines()) == 1
