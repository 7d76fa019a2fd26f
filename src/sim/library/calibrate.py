"""`sim.calibrate`: parameters and random inputs fitted to the claims."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, TypedDict

from sim.cli.build import require_library
from sim.cli.calibrate import (
    CalibrateCommandSettings,
    format_caption,
    plan_calibration,
    store_calibration,
    write_pages,
)
from sim.library.call_settings import FurtherSettings, Moment, ScenarioSource, read_call
from sim.library.fighting import work_in_folder
from sim.library.output import Output
from sim.library.progress import choose_display
from sim.library.temporary_folder import TemporaryFolder
from sim.outputs.formatting import format_sample_size
from sim.plots.figure_data import CalibrationData
from sim.scenario.descriptions import join_words
from sim.storage.manifest import CalibrateManifest
from sim.storage.reader import open_output

if TYPE_CHECKING:
    from typing import Unpack

    from matplotlib.figure import Figure

    from sim.inference.posterior import Posterior


class CalibrationSizes(TypedDict, total=False):
    """The sizes of the algorithms of a calibration; `conf/calibrate.yaml` has the meaning of each."""

    particles: int
    sweeps: int
    final_sweeps: int
    ess_fraction: float
    max_simulations: int
    target_ess: int
    chunk_size: int
    hm_draws: int
    hm_repeats: int
    importance_draws: int


class CalibrationArguments(FurtherSettings, CalibrationSizes, total=False):
    """The further keyword arguments of `sim.calibrate`."""


@dataclass(frozen=True, repr=False, eq=False)
class CalibrationOutput(Output):
    """Parameters and random inputs fitted to the claims: the output of `sim calibrate`.

    Parameters
    ----------
    data
        What the figures are drawn from; None of a stored output, which does not hold all of it.
    """

    data: CalibrationData | None = None

    @property
    def is_accepted(self) -> bool:
        """Whether there is a posterior that passed its checks."""
        return self.stored.require(CalibrateManifest).accepted

    @property
    def posterior(self) -> "Posterior":
        """The posterior; raise SimError if there is none."""
        from sim.inference.netcdf import read_posterior

        return read_posterior(self.folder)

    def find_figures(self) -> "dict[str, Callable[[], Figure]]":
        """The figures by name; of a stored calibration they are in its folder, and can't be drawn again."""
        if self.data is None:
            return super().find_figures()
        from sim.plots.registry import draw_figure, find_figures

        drawn = {name: draw_figure(module, self.data) for name, module in find_figures("calibrate").items()}
        return {name: partial(return_figure, figure) for name, figure in drawn.items() if figure is not None}

    def list_facts(self) -> dict[str, str]:
        """What it is, with what was fitted in place of what was drawn from."""
        n_claims = len(self.stored.require(CalibrateManifest).claims)
        fitted = f"calibrated on {n_claims} claims" if self.is_accepted else f"no posterior (of {n_claims} claims)"
        return super().list_facts() | {"parameters": fitted}

    def list_sentences(self) -> Iterator[str]:
        """Whether there is a posterior, and how good it is."""
        manifest = self.stored.require(CalibrateManifest)
        fitted = f"Fitted to {len(manifest.claims)} claims with {manifest.battles:,} battles"
        if manifest.accepted:
            yield f"{fitted}: an effective sample of {format_sample_size(manifest.ess)}."
        else:
            yield f"{fitted}: there is no posterior ({join_words(list(manifest.failures))})."
        yield from (f"Beware: {warning}." for warning in manifest.warnings)


def return_figure(figure: "Figure") -> "Figure":
    """The figure, which is drawn already."""
    return figure


def calibrate(
    scenario: ScenarioSource | None = None,
    *,
    claims: Literal["calibration", "scored"] | Sequence[str] | None = None,
    cutoff: Moment | None = None,
    seed: int | None = None,
    law: str | None = None,
    override: Mapping[str, Any] | None = None,
    reading: Mapping[str, str] | None = None,
    until: Moment | None = None,
    workers: int | None = None,
    **settings: "Unpack[CalibrationArguments]",
) -> CalibrationOutput:
    """Fit parameters and random inputs to the claims.

    The settings are those of `sim calibrate`, and so is the posterior, to the bit. Battles of it are fought by
    `sim.run(..., parameters=OUTPUT)`.

    Parameters
    ----------
    scenario
        A name (`teaching`), the path of a YAML file, or a model as `sim.load` returns it.
    claims
        `calibration` (those that may teach), `scored`, or claims by their ids.
    cutoff
        Only claims that were known by this moment.
    seed, law, override, reading, until, workers
        As in `sim.run`.
    settings
        Sizes of the algorithms (`particles=300`), as in `conf/calibrate.yaml`, and further settings of
        `conf/config.yaml`, by name.

    Returns
    -------
    CalibrationOutput
        The results, in a temporary folder until they are saved.

    Raises
    ------
    SimError
        Something can't be used: a line for each fault.

    Examples
    --------
    >>> import sim
    >>> sim.calibrate("teaching", claims=["no_such_claim"])  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    sim.cli.errors.SettingsError: claims: no claim that is scored (got 'no_such_claim'; allowed: ...)
    """
    require_library("xarray", "sim.calibrate", "infer")
    sizes: dict[str, Any] = {name: each for name, each in settings.items() if name in CalibrationSizes.__annotations__}
    others: dict[str, Any] = {name: each for name, each in settings.items() if name not in sizes}
    values = {
        "seed": seed,
        "law": law,
        "override": override,
        "reading": reading,
        "until": until,
        "workers": workers,
        **others,
    }
    call = read_call(scenario, None, values)
    own = {"claims": claims, "cutoff": cutoff, **sizes}
    plan = plan_calibration(*call.compose_command("calibrate", CalibrateCommandSettings, own))
    folder, display = TemporaryFolder(), choose_display()
    with (
        work_in_folder(plan.make_job(None), folder) as run_directory,
        display.show_smc(plan.options.smc_settings) as progress,
    ):
        result, manifest = store_calibration(plan, run_directory, progress)
    pages = partial(write_pages, plan=plan, result=result, manifest=manifest, argv=[])
    data = CalibrationData(result, format_caption(result, manifest))
    return CalibrationOutput(open_output(folder.path), pages, (folder, call.folder), data)
