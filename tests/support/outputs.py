"""A small output of every command that leaves one, of the invented battle.

Its files are held against their descriptions: names of columns, variables or keys, and types. Folders of results are
damaged in every way that disks, editors and other people have.
"""

import json
import os
import shutil
from collections.abc import Callable
from contextlib import redirect_stdout
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sim import paths
from sim.analysis.engagement.posterior import fit_engagements
from sim.analysis.validation import cdb90_held_out, cdb90_simulation, victors
from sim.cli import (
    analyse,
    calibrate,
    compare_models,
    cross_validate,
    diff,
    forecast,
    pool,
    sbc,
    scenario_discovery,
    score,
    sensitivity,
    sweep,
    tipping_point,
    validate,
    whatif,
)
from sim.cli.job import start_job
from sim.cli.run import run_study
from sim.cli.settings import compose_settings
from sim.inference import diagnostics
from sim.outputs.columns import PLACEHOLDER, OutputTable
from sim.storage.seal import compute_file_digest, compute_seal
from support import tables
from support.manifests import reseal

RUNS = 120


PRINTED = "printed.txt"  # what the commands print while they make their outputs


def make(outputs: Path) -> dict[str, Path]:
    """The folder of each command's output."""
    with (outputs / PRINTED).open("w", encoding="utf-8") as stream, redirect_stdout(stream):
        return make_outputs(outputs)


def infer(outputs: Path) -> dict[str, Path]:
    """The folder of the output of each command that calibrates, with as little work as it can do."""
    with (outputs / PRINTED).open("w", encoding="utf-8") as stream, redirect_stdout(stream):
        return infer_outputs(outputs)


def make_outputs(outputs: Path) -> dict[str, Path]:
    """The folder of each command's output."""
    common = ["scenario=teaching", f"outputs={outputs}", "workers=1", "seed=7"]
    factors = "factors={killing_rate_teal: [0.1,1.5], law: [square,linear]}"
    factor = ["factor=teaching/strikes", "factor.high=4", "factor.step=1"]
    settings, own = tipping_point.compose_command_settings(
        [*common, *factor, "runs=40"], "tipping_point", tipping_point.TippingPointCommandSettings
    )
    assert own.factor is not None
    run = run_study(compose_settings([*common, f"runs={RUNS}"]))
    other = run_study(compose_settings([*common, "runs=40", "law=square"]))
    scenario_discovery.command.main([str(run), "measure=killed_teal", "above=40"], standalone_mode=False)
    return {
        "diff": diff_outputs(outputs, run, other),
        "run": run,
        "score": compared(outputs, run),
        "whatif": start_job(whatif.make_job([*common, "perturb=[no_airstrikes,all_bombs_on_target]", "runs=40"])),
        "sweep": start_job(sweep.make_job([*common, factors, "runs=30"])),
        "sensitivity": start_job(
            sensitivity.make_job([*common, "priors=[killing_rate_amber,amber_host]", "saltelli_n=32"])
        ),
        "tipping-point": tipping_point.run_tipping_point(settings, own.factor, own.event),
        "validate": validated(outputs, common),
        **sealed_and_opened(outputs, common),
    }


def infer_outputs(outputs: Path) -> dict[str, Path]:
    """The folder of the output of each command that calibrates."""
    common = ["scenario=teaching", f"outputs={outputs}", "workers=1", "seed=7"]
    short = [*common, "particles=50", "sweeps=1", "final_sweeps=1", "ess_fraction=0.05"]
    cooled = [*short, "target_ess=0"]
    with pytest.MonkeyPatch.context() as patch:
        # So few draws are never shown: these are, so that there are files of them to look at.
        patch.setattr(diagnostics, "MIN_ESS", 0)
        patch.setattr(diagnostics, "MAX_MISFIT_SHARE", 1.0)
        few = ["hm_draws=10", "hm_repeats=2", "importance_draws=100"]
        drawn = start_job(calibrate.make_job([*cooled, *few]))
        other = outputs / "another_crossing.yaml"
        text = (paths.scenario_folder() / "teaching.yaml").read_text(encoding="utf-8")
        other.write_text(text.replace("name: teaching\n", "name: another_crossing\n"), encoding="utf-8")
        drawn_of_other = start_job(calibrate.make_job([f"scenario={other}", *cooled[1:], *few]))
        return {
            "calibrate": drawn,
            "pool": pool_outputs(outputs, drawn, drawn_of_other),
            "cross-validate": cross_validate_outputs(outputs, drawn, drawn_of_other),
            "forecast": start_job(forecast.make_job([*cooled, "split=first_day"])),
            "analyse": start_job(analyse.make_job([*cooled, f"posterior={drawn}", "readings=[]"])),
            "compare-models": start_job(
                compare_models.make_job(
                    [*short, "models=reading.hill_distance", "recovery_trials=1", "recovery_particles=50"]
                )
            ),
            "sbc": start_job(sbc.make_job([*short, "datasets=20"])),
        }


def pool_outputs(outputs: Path, *calibrated: Path) -> Path:
    """The output of `sim pool`."""
    words = [*map(str, calibrated), f"outputs={outputs}", "draws=100"]
    pool.command.main(words, standalone_mode=False)
    (folder,) = (outputs / "pool").iterdir()
    return folder


def cross_validate_outputs(outputs: Path, *calibrated: Path) -> Path:
    """The output of `sim cross-validate`."""
    words = [*map(str, calibrated), f"outputs={outputs}", "runs=20"]
    cross_validate.command.main(words, standalone_mode=False)
    (folder,) = (outputs / "cross-validation").iterdir()
    return folder


def sealed_and_opened(outputs: Path, common: list[str]) -> dict[str, Path]:
    """The outputs of `sim forecast --sealed` and of `sim score` of it."""
    forecast.command.main(["--sealed", *common, "name=sealed", "runs=20"], standalone_mode=False)
    (sealed,) = (outputs / "sealed").iterdir()
    score.command.main([str(sealed), "answers=teaching", f"outputs={outputs}"], standalone_mode=False)
    (opened,) = (outputs / "opened").iterdir()
    return {"sealed-forecast": sealed, "opened-forecast": opened}


def diff_outputs(outputs: Path, first: Path, second: Path) -> Path:
    """The output of `sim diff`."""
    diff.command.main([str(first), str(second), f"outputs={outputs}"], standalone_mode=False)
    (folder,) = (outputs / "diff").iterdir()
    return folder


def compared(outputs: Path, run: Path) -> Path:
    """The output of `sim score`."""
    score.command.main([str(run), f"outputs={outputs}"], standalone_mode=False)
    (folder,) = (outputs / "score").iterdir()
    return folder


def validated(outputs: Path, common: list[str]) -> Path:
    """The output of `sim validate` with as little work as it can do."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(victors, "DRAWS_PER_LAW", 60)
        patch.setattr(victors, "TRIALS_PER_LAW", 2)
        patch.setattr(cdb90_simulation, "REPEATS_PER_ENGAGEMENT", 2)
        patch.setattr(cdb90_held_out, "fit_engagements", partial(fit_engagements, starts=(0.0,)))
        validate.command.main([f"data={tables.invent(outputs / 'data')}", *common], standalone_mode=False)
    (folder,) = (outputs / "validation").iterdir()
    return folder


# Our name of a type, and the names that readers of the files have.
TYPES = {
    "integer": ("int64", "int32", "uint64", "int"),
    "number": ("double", "float", "float64"),
    "boolean": ("bool",),
    "string": ("string", "null", "str"),
    "date": ("date32[day]",),
    "datetime": ("timestamp[us]", "datetime"),
    "list": ("list",),
}


def list_files(folder: Path, table: OutputTable) -> list[Path]:
    """The files of one description: several, if there is one for each cutoff."""
    return sorted(folder.glob(f"{PLACEHOLDER.sub('*', table.name)}.{table.format}"))


def read_columns(path: Path) -> dict[str, str]:
    """The columns, variables or keys of a file, and their types."""
    return READERS[path.suffix](path)


def read_parquet_columns(path: Path) -> dict[str, str]:
    """The columns of a table."""
    kinds = {field.name: str(field.type) for field in pq.read_schema(path)}
    return {name: "string" if kind.startswith("dictionary") else kind for name, kind in kinds.items()}


def read_netcdf_variables(path: Path) -> dict[str, str]:
    """The variables of all groups, and the attributes of the file."""
    import xarray as xr

    with xr.open_datatree(path, engine="h5netcdf") as tree:
        groups = {name: group.data_vars for name, group in tree.children.items()}
        variables = {
            f"{name}/{each}": str(value.dtype) for name, group in groups.items() for each, value in group.items()
        }
        return variables | {name: type(value).__name__ for name, value in tree.attrs.items()}


def read_json_keys(path: Path) -> dict[str, str]:
    """The keys of a sealed forecast."""
    return {name: type(parse_datetime(value)).__name__ for name, value in json.loads(path.read_text()).items()}


def parse_datetime(value: Any) -> Any:
    """A value as a date and time, if it is one."""
    try:
        return datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return value


READERS = {".parquet": read_parquet_columns, ".nc": read_netcdf_variables, ".json": read_json_keys}


def find_faults(table: OutputTable, columns: dict[str, str]) -> list[str]:
    """Where a file differs from its description: columns that are not described, have another type, or are missing."""
    faults, seen = [], set()
    for name, kind in columns.items():
        column = table.find_column(name)
        if column is None:
            faults.append(f"{name}: not described")
            continue
        seen.add(column.name)
        if column.type != "any" and kind not in TYPES[column.type]:
            faults.append(f"{name}: {kind}, not {column.type}")
    return faults + [f"{column.name}: missing" for column in table.columns if column.name not in seen]


Damage = Callable[[Path], None]


def manifest_with(**changes: object) -> Damage:
    """The manifest with other entries."""

    def spoil(folder: Path) -> None:
        path = folder / "run.json"
        path.write_text(json.dumps(json.loads(path.read_text()) | changes))

    return spoil


def calibrated_or_not(folder: Path) -> None:
    """The manifest says the contrary of whether its battles are calibrated."""
    known = json.loads((folder / "run.json").read_text()).get("calibrated", False)
    manifest_with(calibrated=not known)(folder)


def manifest_as(text: str | bytes) -> Damage:
    """Another text where the manifest was."""
    raw = text.encode() if isinstance(text, str) else text
    return lambda folder: (folder / "run.json").write_bytes(raw)  # type: ignore[func-returns-value]


def first_table(folder: Path) -> Path:
    """The table that is read first."""
    names = ("outcomes.parquet", "sensitivity_runs.parquet", "pairs.parquet", "runs.parquet")
    found = [folder / name for name in names if (folder / name).exists()]
    return found[0] if found else min(folder.glob("*.parquet"))


def half(folder: Path) -> None:
    path = first_table(folder)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def without_its_end(folder: Path) -> None:
    path = first_table(folder)
    path.write_bytes(path.read_bytes()[:-1])


def emptied(folder: Path) -> None:
    first_table(folder).write_bytes(b"")


def gone(folder: Path) -> None:
    first_table(folder).unlink()


def one_bit(folder: Path) -> None:
    path = first_table(folder)
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 1
    path.write_bytes(raw)


def one_number(folder: Path) -> None:
    """A sound table with one number changed, or with a row too many if it has none: nothing but a digest tells."""
    path = first_table(folder)
    table = pq.read_table(path)
    if not table.num_rows:  # as of a forecast that came to no posterior
        nothing = {field.name: pa.nulls(1, field.type) for field in table.schema}
        pq.write_table(pa.table(nothing, schema=table.schema), path)
        return
    number = next(n for n, field in enumerate(table.schema) if n and pa.types.is_floating(field.type))
    values = table.column(number).to_numpy().copy()
    values[0] += 1
    pq.write_table(table.set_column(number, table.schema.names[number], [values]), path)


def foreign(folder: Path) -> None:
    """A table of something else."""
    pq.write_table(pa.table({"replication": [1, 2], "x": ["a", "b"]}), first_table(folder))


def text(folder: Path) -> None:
    first_table(folder).write_text("replication,seed\n1,2\n")


def nested(folder: Path) -> None:
    """A table whose columns are no numbers."""
    table = pq.read_table(first_table(folder))
    pq.write_table(pa.table({name: [[{"a": 1}]] * 3 for name in table.column_names}), first_table(folder))


def a_folder(folder: Path) -> None:
    path = first_table(folder)
    path.unlink()
    path.mkdir()


def a_pipe(folder: Path) -> None:
    path = first_table(folder)
    path.unlink()
    os.mkfifo(path)


def linked_out(folder: Path) -> None:
    """A link to a sound table that lies elsewhere."""
    path = first_table(folder)
    elsewhere = folder.parent / f"{folder.name}-elsewhere.parquet"
    shutil.move(path, elsewhere)
    path.symlink_to(elsewhere)


def manifest_linked_out(folder: Path) -> None:
    elsewhere = folder.parent / f"{folder.name}-elsewhere.json"
    shutil.move(folder / "run.json", elsewhere)
    (folder / "run.json").symlink_to(elsewhere)


def manifest_pipe(folder: Path) -> None:
    (folder / "run.json").unlink()
    os.mkfifo(folder / "run.json")


def with_holes(folder: Path) -> None:
    """A table of a terabyte, of which the disk holds nothing."""
    os.truncate(first_table(folder), 10**12)


def manifest_with_holes(folder: Path) -> None:
    os.truncate(folder / "run.json", 10**12)


def sealed_with(**changes: object) -> Damage:
    """Other entries in the manifest, and the seal of these."""
    return lambda folder: reseal(folder, **changes)


def sealed_elsewhere(folder: Path) -> None:
    """A manifest that seals a file outside its folder."""
    elsewhere = folder.parent / f"{folder.name}-elsewhere.parquet"
    shutil.copy(first_table(folder), elsewhere)
    path = folder / "run.json"
    data = json.loads(path.read_text())
    data["files"][f"../{elsewhere.name}"] = compute_file_digest(elsewhere)
    path.write_text(json.dumps(data | {"seal": compute_seal(data)}))


def of_pickles(folder: Path) -> None:
    """A file that would be run if anybody unpickled it."""
    first_table(folder).write_bytes(b"cos\nsystem\n(S'touch unpickled'\ntR.")


DAMAGES: dict[str, Damage] = {
    "half a table": half,
    "a table without its last byte": without_its_end,
    "an empty table": emptied,
    "a table that is gone": gone,
    "one bit of a table": one_bit,
    "one number of a table": one_number,
    "a table of something else": foreign,
    "a text for a table": text,
    "a table of nested things": nested,
    "a folder for a table": a_folder,
    "a pipe for a table": a_pipe,
    "a link to a table elsewhere": linked_out,
    "a pickle for a table": of_pickles,
    "another seed in the manifest": manifest_with(seed=99),
    "other numbers of runs in the manifest": manifest_with(runs=10**9),
    "a manifest that is calibrated where it was not": calibrated_or_not,
    "measures of nothing in the manifest": manifest_with(measures=5),
    "another digest in the manifest": manifest_with(results_digest="0" * 64),
    "a manifest with more in it": manifest_with(note="x"),
    "an empty manifest": manifest_as(""),
    "a list for a manifest": manifest_as("[]"),
    "a number for a manifest": manifest_as("5"),
    "an empty mapping for a manifest": manifest_as("{}"),
    "half a manifest": manifest_as('{"seed": 7, "scenario'),
    "bytes for a manifest": manifest_as(bytes(range(256))),
    "a deep manifest": manifest_as("[" * 100_000),
    "a manifest of a huge number": manifest_as('{"seed": ' + "9" * 100_000 + "}"),
    "a link to a manifest elsewhere": manifest_linked_out,
    "a pipe for a manifest": manifest_pipe,
    "a table of a terabyte": with_holes,
    "a manifest of a terabyte": manifest_with_holes,
    "a sealed manifest of no command": sealed_with(command="os.system"),
    "a sealed manifest of another command": sealed_with(command="sbc"),
    "a sealed manifest with more in it": sealed_with(note="x"),
    "a sealed manifest of no digest": sealed_with(settings_digest=5),
    "a sealed manifest of a list of settings": sealed_with(settings=[]),
    "a sealed manifest with a file elsewhere": sealed_elsewhere,
}
