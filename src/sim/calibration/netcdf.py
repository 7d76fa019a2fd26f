"""A posterior on disk: the InferenceData schema in NetCDF, which ArviZ opens, and the dice in a group of their own."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import TypeAdapter

from sim.battle.given import GivenDice
from sim.calibration.posterior import RUNG, Posterior
from sim.experiment.durable import settle
from sim.scenario.priors import Distribution, Prior

if TYPE_CHECKING:
    import xarray

FILE = "posterior.nc"
SCHEMA = 1  # raise it when a file of before can't be read any more
DRAWS = ("chain", "draw")


class PosteriorError(Exception):
    """A file that holds no posterior to be trusted; the message says why."""


def write_posterior(path: Path, posterior: Posterior) -> None:
    """Write a posterior, whole or not at all."""
    partial = path.with_name(f"{path.name}.partial")
    partial.unlink(missing_ok=True)
    try:
        tree_of(posterior).to_netcdf(partial, engine="h5netcdf")
        settle(partial, path)
    finally:
        if partial.exists():
            os.unlink(partial)


def tree_of(posterior: Posterior) -> "xarray.DataTree":
    """A posterior as a tree of groups, with a chain for each island."""
    import xarray as xr

    chains = np.unique(posterior.islands)
    shape = (len(chains), len(posterior) // len(chains))

    def folded(array: np.ndarray) -> np.ndarray:
        return array.reshape(*shape, *array.shape[1:])

    where = {"chain": chains, "draw": np.arange(shape[1])}
    thrown = posterior.dice

    def by_slot(values: np.ndarray) -> "xarray.Dataset":
        columns = {
            slot: xr.DataArray(folded(values[:, n]), where, DRAWS, attrs={"unit": prior.unit})
            for n, (slot, prior) in enumerate(posterior.priors.items())
        }
        return xr.Dataset(columns)

    def table(values: np.ndarray, dimension: str, names: tuple[str, ...] | None) -> "xarray.DataArray":
        known = where if names is None else where | {dimension: list(names)}
        return xr.DataArray(folded(values), known, (*DRAWS, dimension))

    def column(values: np.ndarray) -> "xarray.DataArray":
        return xr.DataArray(folded(values), where, DRAWS)

    groups = {
        "posterior": by_slot(posterior.values),
        "prior": by_slot(posterior.before),
        "log_likelihood": xr.Dataset({"record": table(posterior.likelihood, "term", posterior.terms)}),
        "posterior_predictive": xr.Dataset({"report": table(posterior.reports, "claim", posterior.claims)}),
        "observed_data": xr.Dataset(
            {end: ("claim", posterior.cells[:, n]) for n, end in enumerate(("low", "high"))},
            {"claim": list(posterior.claims)},
        ),
        "sample_stats": xr.Dataset(
            {"lp": column(posterior.likelihood.sum(axis=1)), "family": column(posterior.families)}
        ),
        "dice": xr.Dataset(
            {
                "drivers": table(thrown.normals, "driver", thrown.drivers),
                "salts": table(thrown.salts, "stream", thrown.streams),
                "seed": column(thrown.seeds),
                "number": column(thrown.numbers),
                "slots": table(posterior.normals, "slot", posterior.slots),
            }
        ),
        "battles": xr.Dataset({"observed": table(posterior.outcomes, "asked", None)}),
        "tempering": rungs_as(posterior.rungs),
    }
    tree = xr.DataTree.from_dict(groups)
    priors = {slot: prior.model_dump(mode="json", exclude_defaults=True) for slot, prior in posterior.priors.items()}
    tree.attrs = {
        "schema": SCHEMA,
        "digest": posterior.digest,
        "about": json.dumps(posterior.about),
        "priors": json.dumps(priors),
    }
    return tree


def rungs_as(rungs: dict[int, np.ndarray]) -> "xarray.Dataset":
    """The temperatures of all islands, with NaN where one had fewer."""
    import xarray as xr

    longest = max((len(each) for each in rungs.values()), default=0)
    found = np.full((len(rungs), longest, len(RUNG)), np.nan)
    for n, each in enumerate(rungs.values()):
        found[n, : len(each)] = each
    where = {"chain": list(rungs), "rung": np.arange(longest)}
    return xr.Dataset({name: (("chain", "rung"), found[..., n]) for n, name in enumerate(RUNG)}, where)


def read_posterior(path: Path) -> Posterior:
    """Read a posterior from its file, or from the output that it stands in; raise PosteriorError if it can't be had."""
    import xarray as xr

    file = path / FILE if path.is_dir() else path
    if not file.exists():
        raise PosteriorError(f"{path} holds no posterior{why_not(path)}")
    try:
        with xr.open_datatree(file, engine="h5netcdf") as tree:
            tree.load()
            posterior = posterior_from(tree)
            digest = tree.attrs["digest"]
    except PosteriorError:
        raise
    except Exception as error:  # whatever a file that is no posterior makes a reader of HDF5 raise
        raise PosteriorError(f"{file} can't be read as a posterior ({type(error).__name__})") from error
    if posterior.digest != digest:
        raise PosteriorError(f"{file} was changed since it was written")
    return posterior


def why_not(path: Path) -> str:
    """What an output without a posterior says of that."""
    try:
        against = json.loads((path / "run.json").read_text(encoding="utf-8")).get("against", [])
    except (OSError, ValueError, AttributeError):
        return ""
    return f": {' '.join(map(str, against))}" if against else ""


def posterior_from(tree: Any) -> Posterior:
    """The posterior of a tree of groups; raise PosteriorError for one of another schema."""
    if int(tree.attrs.get("schema", 0)) != SCHEMA:
        raise PosteriorError("it is of another version of sim")

    def flat(array: Any) -> np.ndarray:
        values: np.ndarray = array.transpose(*DRAWS, ...).values
        return values.reshape(-1, *values.shape[2:])

    def names(group: str, dimension: str) -> tuple[str, ...]:
        return tuple(str(each) for each in tree[group][dimension].values)

    priors: Mapping[str, Distribution] = TypeAdapter(dict[str, Prior]).validate_python(json.loads(tree.attrs["priors"]))
    thrown, after, told = tree["dice"], tree["posterior"], tree["observed_data"]
    chains = after["chain"].values
    count = after.sizes["draw"]
    rungs = tree["tempering"]
    kept = {int(chain): np.stack([rungs[name].values[n] for name in RUNG], axis=-1) for n, chain in enumerate(chains)}
    return Posterior(
        about=json.loads(tree.attrs["about"]),
        priors=priors,
        islands=np.repeat(chains, count),
        families=flat(tree["sample_stats"]["family"]),
        normals=flat(thrown["slots"]),
        values=np.stack([flat(after[slot]) for slot in priors], axis=1),
        before=np.stack([flat(tree["prior"][slot]) for slot in priors], axis=1),
        dice=GivenDice(
            drivers=names("dice", "driver"),
            normals=flat(thrown["drivers"]),
            streams=names("dice", "stream"),
            salts=flat(thrown["salts"]).astype(np.uint64),
            seeds=flat(thrown["seed"]).astype(np.uint64),
            numbers=flat(thrown["number"]).astype(np.uint64),
        ),
        outcomes=flat(tree["battles"]["observed"]),
        terms=names("log_likelihood", "term"),
        likelihood=flat(tree["log_likelihood"]["record"]),
        claims=names("posterior_predictive", "claim"),
        reports=flat(tree["posterior_predictive"]["report"]),
        cells=np.stack([told["low"].values, told["high"].values], axis=1),
        rungs={chain: each[~np.isnan(each[:, 0])] for chain, each in kept.items()},
    )
