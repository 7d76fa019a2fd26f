"""Who holds what, by time and place: tables of a run as labelled arrays of xarray."""

from typing import TYPE_CHECKING, Any

import numpy as np

from sim.library.tables import find_descriptions, find_units, require_module
from sim.storage.reader import StoredOutput

if TYPE_CHECKING:
    import pyarrow as pa
    import xarray as xr

MEAN_SERIES = ("control", "holds", "contested", "strength", "killed", "wounded", "captured")
BATTLE_SERIES = ("control", "strength", "killed", "wounded", "captured")


def read_mean_control(output: StoredOutput) -> "xr.Dataset":
    """Means over all battles of a run, by time, place and side.

    Parameters
    ----------
    output
        The output of `sim run`.

    Returns
    -------
    xarray.Dataset
        With the names and coordinates of the places, the names of the sides, and the unit of each variable.

    Raises
    ------
    SimError
        xarray is not installed, or the output has no such table.
    """
    return make_dataset(output, output.read_table("days"), MEAN_SERIES, ())


def read_battle_control(output: StoredOutput) -> "xr.Dataset":
    """The first battles of a run, by battle, time, place and side."""
    return make_dataset(output, output.read_table("daily"), BATTLE_SERIES, ("replication",))


def make_dataset(
    output: StoredOutput, table: "pa.Table", series: tuple[str, ...], first: tuple[str, ...]
) -> "xr.Dataset":
    """A table whose rows run through some dimensions, the last one fastest, as labelled arrays."""
    require_module("xarray", "control")
    import xarray as xr

    scenario = output.scenario
    dimensions = (*first, "day", "place", "side")
    labels = {name: list_labels(table, name) for name in dimensions}
    shape = [len(labels[name]) for name in dimensions]
    names = tuple("time" if name == "day" else "battle" if name == "replication" else name for name in dimensions)
    units, descriptions = find_units(table.schema), find_descriptions(table.schema)
    variables = {
        name: (
            names,
            table[name].to_numpy().reshape(shape),
            {"units": units.get(name, "1"), "long_name": descriptions.get(name, name)},
        )
        for name in series
    }
    places = [scenario.places[id] for id in labels["place"]]
    coordinates: dict[str, Any] = dict(zip(names, labels.values(), strict=True)) | {
        "place_name": ("place", [place.name for place in places]),
        "latitude": ("place", [place.coordinates.lat for place in places], {"units": "degrees_north"}),
        "longitude": ("place", [place.coordinates.lon for place in places], {"units": "degrees_east"}),
        "side_name": ("side", [scenario.sides[id].name for id in labels["side"]]),
    }
    return xr.Dataset(variables, coordinates, {"title": scenario.title, "results_digest": find_digest(output)})


def list_labels(table: "pa.Table", name: str) -> np.ndarray:
    """The labels along a dimension, in the order of the table."""
    column = table[name].unique()
    labels = column.to_numpy() if name in ("day", "replication") else np.array(column.to_pylist(), dtype=object)
    return labels.astype("datetime64[ns]") if name == "day" else labels


def find_digest(output: StoredOutput) -> str:
    """The digest of the results."""
    return str(getattr(output.manifest, "results_digest", ""))
