"""`python -m tools.engagement_pack cdb90=DIR ardennes=DIR [by=year|era] [packs=DIR]`: fit the engagement, write the
pack of priors, or by=era one for each era.

DIR are the folders of the tables of CDB90 and of the Ardennes (docs/validation.md). A pack has numbers of the fit
alone, none of the tables. It takes a minute or two.
"""

import hashlib
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from sim import paths
from sim.analysis.engagement.eras import make_era_specification, reduce_to_era
from sim.analysis.engagement.pack import build_pack
from sim.analysis.engagement.parameters import make_specification
from sim.analysis.engagement.persistence import fit_persistence
from sim.analysis.engagement.posterior import STARTS, EngagementFit, compute_importance_ess, fit_engagements
from sim.analysis.engagement.record import ERAS, RecordedEngagements
from sim.analysis.engagement.size_check import describe_rates_by_size
from sim.analysis.validation import ardennes, cdb90_tables
from sim.analysis.validation.csv_tables import DataError
from sim.scenario.prior_packs import FOLDER, PriorPack

PACK = "engagement"
ARGUMENTS = ("cdb90", "ardennes", "packs")
FITS = ("year", "era")
HEAD = "# Written by `python -m tools.engagement_pack`; do not edit.\n"
SEED = 1
N_IMPORTANCE_DRAWS = 1000
LEAST_ESS = 0.2  # share of draws; below it the posterior is not near enough to a normal


def compute_sha256(path: Path) -> str:
    """The SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def parse_arguments(argv: list[str]) -> tuple[dict[str, Path], str]:
    """The folders by name, and what the fit goes by; leave with a sentence if one is missing or unknown."""
    options = dict(argument.split("=", 1) for argument in argv if "=" in argument)
    by = options.pop("by", FITS[0])
    unknown = {*options} - {*ARGUMENTS} | {argument for argument in argv if "=" not in argument}
    if unknown or by not in FITS or not {"cdb90", "ardennes"} <= {*options}:
        sys.exit("engagement_pack: wants cdb90=DIR ardennes=DIR, and may have by=year or by=era, and packs=DIR")
    return {"packs": paths.scenario_folder() / FOLDER} | {name: Path(text) for name, text in options.items()}, by


def describe_fit(fit: EngagementFit, ess: float) -> str:
    """What the fit is worth, in a few lines."""
    sds = fit.covariance.diagonal() ** 0.5
    lines = [
        f"{each.name:24s} {mean:7.3f} ± {sd:.3f}"
        for each, mean, sd in zip(fit.specification.coefficients, fit.mean, sds, strict=True)
    ]
    lines.append(f"{fit.n_agreeing_starts} of {len(STARTS)} starts found the same mode.")
    lines.append(f"Of draws from the normal at the mode, {ess:.0%} are effective under the posterior itself.")
    return "\n".join(lines)


def main(argv: list[str]) -> None:
    """Fit, check and write."""
    options, by = parse_arguments(argv)
    try:
        data = cdb90_tables.make_record(cdb90_tables.load_folder(options["cdb90"]))
        campaign = ardennes.load_folder(options["ardennes"])
    except DataError as error:
        sys.exit(f"engagement_pack: {error}")
    fit = fit_engagements(make_specification() if by == "year" else make_era_specification(), data)
    ess = compute_importance_ess(fit, data, SEED, N_IMPORTANCE_DRAWS)
    print("\n".join([describe_fit(fit, ess), *describe_rates_by_size(fit, data)]))
    if fit.n_agreeing_starts < 2 or ess < LEAST_ESS:
        sys.exit("engagement_pack: the fit is not to be trusted; nothing was written")
    files = [
        *(options["cdb90"] / name for name in (cdb90_tables.ENGAGEMENTS, cdb90_tables.ORIGINAL)),
        options["ardennes"] / ardennes.DAILY_TABLE,
    ]
    tables = {path.name: compute_sha256(path) for path in files}
    written = f"{datetime.now(UTC):%Y-%m-%d}, sim {version('sim')}"
    persistence = fit_persistence(campaign.losses)
    options["packs"].mkdir(exist_ok=True)
    for name, part, battles in split_fit(fit, data, by):
        path = options["packs"] / f"{name}.yaml"
        write_pack(path, build_pack(part, battles, persistence, tables, written))
        print(path)


def split_fit(
    fit: EngagementFit, data: RecordedEngagements, by: str
) -> Iterator[tuple[str, EngagementFit, RecordedEngagements]]:
    """The packs of a fit by name, each with its fit and its battles."""
    if by == "year":
        yield PACK, fit, data
        return
    for era in ERAS:
        battles = data.select(data.is_in_era(era))
        if len(battles):
            yield f"{PACK}_{era}", reduce_to_era(fit, era, battles), battles


def write_pack(path: Path, pack: dict[str, Any]) -> None:
    """Check a pack and write it."""
    PriorPack.model_validate(pack)
    yaml = YAML(typ="safe", pure=True)
    yaml.width = 1000
    yaml.default_flow_style = None
    yaml.representer.sort_base_mapping_type_on_output = False  # type: ignore[attr-defined]
    with path.open("w", encoding="utf-8") as file:
        file.write(HEAD)
        yaml.dump(pack, file)


if __name__ == "__main__":
    main(sys.argv[1:])
