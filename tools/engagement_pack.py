"""`python -m tools.engagement_pack cdb90=DIR ardennes=DIR [pack=FILE]`: fit the engagement, write the pack of priors.

DIR are the folders of the tables of CDB90 and of the Ardennes (docs/validation.md). The pack has numbers of the fit
alone, none of the tables. It takes a minute or two.
"""

import hashlib
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from ruamel.yaml import YAML

from sim import paths
from sim.analysis.engagement.pack import build_pack
from sim.analysis.engagement.parameters import make_specification
from sim.analysis.engagement.persistence import fit_persistence
from sim.analysis.engagement.posterior import STARTS, EngagementFit, compute_importance_ess, fit_engagements
from sim.analysis.validation import ardennes, cdb90_tables
from sim.analysis.validation.csv_tables import DataError
from sim.scenario.prior_packs import FOLDER, PriorPack

PACK = "engagement.yaml"
ARGUMENTS = ("cdb90", "ardennes", "pack")
HEAD = "# Written by `python -m tools.engagement_pack`; do not edit.\n"
SEED = 1
N_IMPORTANCE_DRAWS = 1000
LEAST_ESS = 0.2  # share of draws; below it the posterior is not near enough to a normal


def compute_sha256(path: Path) -> str:
    """The SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def parse_arguments(argv: list[str]) -> dict[str, Path]:
    """The paths by name; leave with a sentence if one is missing or unknown."""
    options = dict(argument.split("=", 1) for argument in argv if "=" in argument)
    unknown = {*options} - {*ARGUMENTS} | {argument for argument in argv if "=" not in argument}
    if unknown or not {"cdb90", "ardennes"} <= {*options}:
        sys.exit("engagement_pack: wants cdb90=DIR ardennes=DIR, and may have pack=FILE")
    return {"pack": paths.scenario_folder() / FOLDER / PACK} | {name: Path(text) for name, text in options.items()}


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
    options = parse_arguments(argv)
    try:
        data = cdb90_tables.make_record(cdb90_tables.load_folder(options["cdb90"]))
        campaign = ardennes.load_folder(options["ardennes"])
    except DataError as error:
        sys.exit(f"engagement_pack: {error}")
    fit = fit_engagements(make_specification(), data)
    ess = compute_importance_ess(fit, data, SEED, N_IMPORTANCE_DRAWS)
    print(describe_fit(fit, ess))
    if fit.n_agreeing_starts < 2 or ess < LEAST_ESS:
        sys.exit("engagement_pack: the fit is not to be trusted; nothing was written")
    files = [
        *(options["cdb90"] / name for name in (cdb90_tables.ENGAGEMENTS, cdb90_tables.ORIGINAL)),
        options["ardennes"] / ardennes.DAILY_TABLE,
    ]
    tables = {path.name: compute_sha256(path) for path in files}
    written = f"{datetime.now(UTC):%Y-%m-%d}, sim {version('sim')}"
    pack = build_pack(fit, data, fit_persistence(campaign.losses), tables, written)
    PriorPack.model_validate(pack)
    yaml = YAML(typ="safe", pure=True)
    yaml.width = 1000
    yaml.default_flow_style = None
    yaml.representer.sort_base_mapping_type_on_output = False  # type: ignore[attr-defined]
    options["pack"].parent.mkdir(exist_ok=True)
    with options["pack"].open("w", encoding="utf-8") as file:
        file.write(HEAD)
        yaml.dump(pack, file)
    print(options["pack"])


if __name__ == "__main__":
    main(sys.argv[1:])
