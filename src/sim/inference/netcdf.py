"""A posterior on disk: the InferenceData schema of ArviZ in NetCDF, with the random inputs in a group of their own."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import TypeAdapter

from sim.battle.supplied_draws import SuppliedRandomness
from sim.errors import SimError
from sim.inference.posterior import STEP_COLUMNS, Posterior
from sim.inference.posterior_metadata import PosteriorMetadata
from sim.scenario.priors import Prior, PriorDistribution
from sim.storage.atomic import publish_file
from sim.storage.manifest import CalibrateManifest
from sim.storage.reader import StoredOutput, open_output
from sim.storage.seal import MANIFEST, StoredError

if TYPE_CHECKING:
    import xarray

POSTERIOR_FILE = "posterior.nc"
SCHEMA_VERSION = 5  # raise it when older files can't be read any more
MAX_POSTERIOR_BYTES = 4_000_000_000  # in memory; 100,000 draws of 1,000 numbers take a fifth
DRAW_DIMENSIONS = ("chain", "draw")


class PosteriorError(SimError):
    """A file that holds no posterior, or one that was changed; the message says which."""


def write_posterior(path: Path, posterior: Posterior) -> None:
    """Write a posterior, whole or not at all."""
    partial = path.with_name(f"{path.name}.partial")
    partial.unlink(missing_ok=True)
    try:
        to_datatree(posterior).to_netcdf(partial, engine="h5netcdf")
        publish_file(partial, path)
    finally:
        if partial.exists():
            os.unlink(partial)


def to_datatree(posterior: Posterior) -> "xarray.DataTree":
    """A posterior as a tree of groups."""
    import xarray as xr

    chains = np.unique(posterior.chains)
    shape = (len(chains), len(posterior) // len(chains))

    def fold_chains(array: np.ndarray) -> np.ndarray:
        return array.reshape(*shape, *array.shape[1:])

    coords = {"chain": chains, "draw": np.arange(shape[1])}
    randomness = posterior.randomness

    def make_parameter_dataset(values: np.ndarray) -> "xarray.Dataset":
        columns = {
            parameter: xr.DataArray(fold_chains(values[:, n]), coords, DRAW_DIMENSIONS, attrs={"unit": prior.unit})
            for n, (parameter, prior) in enumerate(posterior.priors.items())
        }
        return xr.Dataset(columns)

    def make_table(values: np.ndarray, dimension: str, names: tuple[str, ...] | None) -> "xarray.DataArray":
        table_coords = coords if names is None else coords | {dimension: list(names)}
        return xr.DataArray(fold_chains(values), table_coords, (*DRAW_DIMENSIONS, dimension))

    def make_column(values: np.ndarray) -> "xarray.DataArray":
        return xr.DataArray(fold_chains(values), coords, DRAW_DIMENSIONS)

    groups = {
        "posterior": make_parameter_dataset(posterior.parameter_values),
        "prior": make_parameter_dataset(posterior.prior_values),
        "log_likelihood": xr.Dataset({"claims": make_table(posterior.log_likelihood, "term", posterior.term_names)}),
        "posterior_predictive": xr.Dataset(
            {"report": make_table(posterior.predicted_reports, "claim", posterior.claims)}
        ),
        "observed_data": xr.Dataset(
            {end: ("claim", posterior.observed_intervals[:, n]) for n, end in enumerate(("low", "high"))},
            {"claim": list(posterior.claims)},
        ),
        "sample_stats": xr.Dataset(
            {"lp": make_column(posterior.log_likelihood.sum(axis=1)), "lineage": make_column(posterior.lineages)}
        ),
        "random_inputs": xr.Dataset(
            {
                "normal_inputs": make_table(randomness.normal_inputs, "normal_input", randomness.input_names),
                "salts": make_table(randomness.salts, "stream", randomness.stream_names),
                "seed": make_column(randomness.seeds),
                "replication_number": make_column(randomness.replication_numbers),
                "parameter_normals": make_table(posterior.parameter_normals, "parameter", posterior.parameter_names),
            }
        ),
        "outcomes": xr.Dataset({"observables": make_table(posterior.outcomes, "observable", None)}),
        "tempering": make_step_dataset(posterior.tempering_steps),
    }
    tree = xr.DataTree.from_dict(groups)
    priors = {name: prior.model_dump(mode="json", exclude_defaults=True) for name, prior in posterior.priors.items()}
    tree.attrs = {
        "schema": SCHEMA_VERSION,
        "sha256": posterior.digest,
        "about": json.dumps(posterior.metadata.model_dump(mode="json")),
        "priors": json.dumps(priors),
    }
    return tree


def make_step_dataset(tempering_steps: dict[int, np.ndarray]) -> "xarray.Dataset":
    """The tempering steps of all chains, with NaN where one had fewer."""
    import xarray as xr

    longest = max((len(each) for each in tempering_steps.values()), default=0)
    values = np.full((len(tempering_steps), longest, len(STEP_COLUMNS)), np.nan)
    for n, each in enumerate(tempering_steps.values()):
        values[n, : len(each)] = each
    coords = {"chain": list(tempering_steps), "step": np.arange(longest)}
    return xr.Dataset({name: (("chain", "step"), values[..., n]) for n, name in enumerate(STEP_COLUMNS)}, coords)


def read_posterior(path: Path) -> Posterior:
    """Read the posterior of an output of `sim calibrate`; raise PosteriorError if it can't be had.

    Parameters
    ----------
    path
        The folder of the output, or the NetCDF file in it. All of the output is held against its seal.

    Returns
    -------
    Posterior
        With the digest that the manifest has.

    Raises
    ------
    PosteriorError
        There is none, it can't be read, or it was changed since it was written.

    Examples
    --------
    >>> read_posterior(Path("nowhere"))
    Traceback (most recent call last):
    sim.inference.netcdf.PosteriorError: nowhere: no such folder
    """
    try:
        return read_stored_posterior(
            open_output(path.parent if path.name == POSTERIOR_FILE and not path.is_dir() else path)
        )
    except StoredError as error:
        raise PosteriorError(str(error)) from error


def read_stored_posterior(output: StoredOutput) -> Posterior:
    """The posterior of an output that is open; raise StoredError or PosteriorError if it has none."""
    folder, manifest = output.folder, output.require(CalibrateManifest)
    if POSTERIOR_FILE not in output.files:
        raise PosteriorError(" ".join([f"{folder} holds no posterior:", *(manifest.failures or ["none was accepted"])]))
    posterior = read_posterior_file(folder / POSTERIOR_FILE)
    if posterior.digest != manifest.results_digest:
        raise PosteriorError(f"{folder}: {POSTERIOR_FILE} is not the posterior of its {MANIFEST}: calibrate again")
    return posterior


def read_posterior_file(file: Path) -> Posterior:
    """Read a posterior from its file, which is sealed; raise PosteriorError if it is none."""
    import xarray as xr

    try:
        with xr.open_datatree(file, engine="h5netcdf") as tree:
            check_schema(file, tree.attrs)
            check_size(file, tree)
            tree.load()
            return from_datatree(tree)
    except PosteriorError:
        raise
    except Exception as error:  # whatever a file that is no posterior makes a reader of HDF5 raise
        raise PosteriorError(
            f"{file} can't be read as a posterior ({type(error).__name__}): calibrate again"
        ) from error


def check_schema(file: Path, attributes: Mapping[Any, Any]) -> None:
    """Raise PosteriorError for a file whose groups and variables have the names of another version."""
    schema = int(attributes["schema"])
    if schema != SCHEMA_VERSION:
        version = json.loads(attributes["about"]).get("version", "of an unknown version")
        raise PosteriorError(
            f"{file} was written by sim {version} with posterior schema {schema}, and this version reads schema "
            f"{SCHEMA_VERSION} only: calibrate again"
        )


def check_size(file: Path, tree: Any) -> None:
    """Raise PosteriorError for a file whose numbers have no room: few bytes of it can stand for very many."""
    size = sum(group.nbytes for group in tree.subtree)
    if size > MAX_POSTERIOR_BYTES:
        allowed = f"allowed: {MAX_POSTERIOR_BYTES / 1e9:g} GB"
        raise PosteriorError(f"{file} is too large (got {size / 1e9:.1f} GB in memory; {allowed})")


def from_datatree(tree: Any) -> Posterior:
    """The posterior of a tree of groups."""

    def flatten_draws(array: Any) -> np.ndarray:
        values: np.ndarray = array.transpose(*DRAW_DIMENSIONS, ...).values
        return values.reshape(-1, *values.shape[2:])

    def read_names(group: str, dimension: str) -> tuple[str, ...]:
        return tuple(str(each) for each in tree[group][dimension].values)

    priors: Mapping[str, PriorDistribution] = TypeAdapter(dict[str, Prior]).validate_python(
        json.loads(tree.attrs["priors"])
    )
    randomness, posterior_group, observed = tree["random_inputs"], tree["posterior"], tree["observed_data"]
    chains = posterior_group["chain"].values
    count = posterior_group.sizes["draw"]
    tempering = tree["tempering"]
    steps_by_chain = {
        int(chain): np.stack([tempering[name].values[n] for name in STEP_COLUMNS], axis=-1)
        for n, chain in enumerate(chains)
    }
    return Posterior(
        metadata=PosteriorMetadata.model_validate_json(tree.attrs["about"]),
        priors=priors,
        chains=np.repeat(chains, count),
        lineages=flatten_draws(tree["sample_stats"]["lineage"]),
        parameter_normals=flatten_draws(randomness["parameter_normals"]),
        parameter_values=np.stack([flatten_draws(posterior_group[name]) for name in priors], axis=1),
        prior_values=np.stack([flatten_draws(tree["prior"][name]) for name in priors], axis=1),
        randomness=SuppliedRandomness(
            input_names=read_names("random_inputs", "normal_input"),
            normal_inputs=flatten_draws(randomness["normal_inputs"]),
            stream_names=read_names("random_inputs", "stream"),
            salts=flatten_draws(randomness["salts"]).astype(np.uint64),
            seeds=flatten_draws(randomness["seed"]).astype(np.uint64),
            replication_numbers=flatten_draws(randomness["replication_number"]).astype(np.uint64),
        ),
        outcomes=flatten_draws(tree["outcomes"]["observables"]),
        term_names=read_names("log_likelihood", "term"),
        log_likelihood=flatten_draws(tree["log_likelihood"]["claims"]),
        claims=read_names("posterior_predictive", "claim"),
        predicted_reports=flatten_draws(tree["posterior_predictive"]["report"]),
        observed_intervals=np.stack([observed["low"].values, observed["high"].values], axis=1),
        tempering_steps={chain: each[~np.isnan(each[:, 0])] for chain, each in steps_by_chain.items()},
    )
