"""`sim pool OUTPUT OUTPUT ...`: what several calibrated battles say together of one that taught nothing."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from sim import laws, paths
from sim.cli.arguments import plain_command, split_arguments
from sim.cli.build import require_library
from sim.cli.calibrated_battles import parse_whole_number, read_calibrated_battles
from sim.cli.console import make_console
from sim.cli.errors import SettingsError
from sim.cli.job import check_output_folder, explain_display_failure, make_output_folder
from sim.inference.pooled_battles import BattlePool, pool_battles
from sim.outputs.described_tables import DescribedTables
from sim.outputs.provenance import describe_environment
from sim.report.terminal_table import ALL_ROWS, TELLING_ROWS, print_table
from sim.scenario.prior_pools import FOLDER
from sim.scenario.problems import shorten
from sim.storage.atomic import write_atomic
from sim.storage.fingerprint import compute_digest
from sim.storage.manifest import PooledBattleFacts, PoolManifest, StoredSettings
from sim.storage.writer import write_manifest, write_scenario
from sim.types import ID_REGEX

USAGE = (
    "usage: sim pool OUTPUT OUTPUT [OUTPUT ...] [draws=N] [seed=SEED] [outputs=FOLDER] [priors=NAME]\n\n"
    "Each OUTPUT is the folder of a `sim calibrate`, of another battle each, under one law. Pools what they say of\n"
    "the unknowns that two of them or more have: those of the rules, and those of how sources report. Use it as\n"
    "parameters=pooled:OUTPUT; a battle that is in the pool itself gets what the others say, without its own record.\n"
    "priors=NAME also writes scenarios/pools/NAME.json: a scenario with `prior_pool: NAME` begins from it.\n"
    "Printed are the ten unknowns that moved or narrowed most; with --full all of them."
)
DEFAULTS = {"draws": "4000", "seed": "7", "outputs": "outputs", "priors": ""}
MIN_DRAWS, MAX_DRAWS = 100, 1_000_000


def pool_in_full(argv: list[str]) -> int:
    """Pool calibrated battles and print every unknown."""
    return pool_outputs(argv, ALL_ROWS)


@plain_command(USAGE, alternatives={"full": pool_in_full})
def command(argv: list[str]) -> int:
    """Pool calibrated battles."""
    return pool_outputs(argv, TELLING_ROWS)


def pool_outputs(argv: list[str], max_rows: int) -> int:
    """Pool calibrated battles, write the results, and print so many unknowns."""
    require_library("xarray", "sim pool", "infer")
    values, folders = split_arguments(argv, tuple(DEFAULTS))
    options = DEFAULTS | values
    n_draws = parse_whole_number("draws", options["draws"], MIN_DRAWS, MAX_DRAWS)
    seed = parse_whole_number("seed", options["seed"], 0, 2**63 - 1)
    battles = read_calibrated_battles("pool", folders, at_least=2)
    outputs = Path(options["outputs"])
    check_output_folder(outputs)
    prior_file = find_prior_file(options["priors"])
    pool = pool_battles(battles, n_draws, seed)
    if not pool.parameters:
        raise SettingsError(["pool: no unknown of the rules or of the sources is in two of these battles"])
    manifest = make_manifest(pool, folders, n_draws, seed)
    folder = make_output_folder(outputs, "pool", manifest.results_digest)
    with explain_display_failure(folder):
        write_results(folder, pool, manifest)
        if prior_file is not None:
            write_priors(prior_file, pool, manifest)
        print_summary(make_console(), pool, max_rows)
    print(folder)
    return 0


def find_prior_file(name: str) -> Path | None:
    """The file that scenarios will take the pool from, None if none is asked for; SettingsError if it is there."""
    if not name:
        return None
    if not re.fullmatch(ID_REGEX, name):
        raise SettingsError([f"priors: not a name (got {shorten(name)}; allowed: small letters, digits and _)"])
    path = paths.scenario_folder() / FOLDER / f"{name}.json"
    if path.exists():
        raise SettingsError([f"priors: {path} is there already (allowed: another name)"])
    return path


def write_priors(path: Path, pool: BattlePool, manifest: PoolManifest) -> None:
    """Write the pool as scenarios take it."""
    from sim.inference.pool_tables import build_prior_pool

    title = f"{len(pool.battles)} documented battles, pooled as {path.stem}"
    priors = build_prior_pool(pool, title, manifest.law, manifest.results_digest).seal()
    path.parent.mkdir(exist_ok=True)
    write_atomic(path, lambda partial: partial.write_text(priors.model_dump_json() + "\n", encoding="utf-8"))


def make_manifest(pool: BattlePool, folders: Sequence[str], n_draws: int, seed: int) -> PoolManifest:
    """What was pooled, and the digest of the draws."""
    settings = {"posteriors": list(folders), "draws": n_draws, "seed": seed}
    battles = {
        name: PooledBattleFacts(
            title=each.scenario.title,
            scenario_digest=each.posterior.metadata.scenario_digest,
            posterior_digest=each.posterior.digest,
            claims=len(each.posterior.claims),
            observations=len(pool.evidence[name].values),
        )
        for name, each in pool.battles.items()
    }
    digests = [each.posterior_digest for each in battles.values()]
    return PoolManifest(
        written=datetime.now(UTC).isoformat(timespec="seconds"),
        settings=StoredSettings(**settings),
        settings_digest=compute_digest([n_draws, seed, digests]),
        battles=battles,
        law=next(iter(pool.battles.values())).posterior.metadata.law,
        seed=seed,
        draws=n_draws,
        parameters=list(pool.parameters),
        results_digest=compute_digest({name: draws.tolist() for name, draws in pool.draws.items()}),
        **describe_environment(),
    )


def print_summary(console: Console, pool: BattlePool, max_rows: int) -> None:
    """Print the answer first, then the table."""
    from sim.report.pooling import build_pool_table, describe_pool

    console.print()
    for sentence in describe_pool(pool):
        console.print(f"- {sentence}", highlight=False)
    console.print()
    print_table(console, build_pool_table(pool), max_rows)


def write_results(folder: Path, pool: BattlePool, manifest: PoolManifest) -> None:
    """Write the tables, the manifest, and then the figure."""
    from sim.inference.pool_tables import build_pool_tables
    from sim.plots import registry
    from sim.plots.figure_data import PoolData

    first = next(iter(pool.battles.values()))
    described = DescribedTables("pool", first.scenario)
    for name, table in build_pool_tables(pool).items():
        described.write(folder, name, table)
    write_scenario(folder, first.scenario)
    write_manifest(folder, manifest)
    caption = " · ".join(
        [
            f"{len(pool.battles):,} battles",
            f"under {laws.find_display_name(manifest.law)}",
            f"{manifest.draws:,} draws",
            f"results {manifest.results_digest[:8]}",
        ]
    )
    registry.save_figures("pool", PoolData(pool, caption), folder / "figures")
