"""`sim.sweep`: many battles at each of many design points."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

from sim.cli.sweep import SweepCommandSettings, plan_sweep, store_sweep, write_pages
from sim.library.call_settings import (
    FurtherSettings,
    Moment,
    ParameterSource,
    PerturbationSource,
    ScenarioSource,
    read_call,
)
from sim.library.fighting import work_in_folder
from sim.library.output import Output
from sim.library.progress import choose_display
from sim.library.temporary_folder import TemporaryFolder
from sim.plots.figure_data import load_sweep_data
from sim.report.sweep import describe_sweep
from sim.runs.design import DesignName
from sim.storage.reader import open_output

if TYPE_CHECKING:
    from typing import Unpack


class SweepOutput(Output):
    """Many battles at each of many design points: the output of `sim sweep`."""

    default_figure = "response"

    def list_sentences(self) -> Iterator[str]:
        """Each measure by the levels of each factor."""
        data = load_sweep_data(self.stored, {})
        yield from describe_sweep(self.stored.scenario, data.sweep, data.outputs)


def sweep(
    scenario: ScenarioSource | None = None,
    *,
    factors: Mapping[str, Any] | None = None,
    name: str | None = None,
    design: DesignName | None = None,
    points: int | None = None,
    measures: Sequence[str] | None = None,
    runs: int | Literal["auto"] | None = None,
    half_width: float | Mapping[str, float] | None = None,
    max_runs: int | None = None,
    seed: int | None = None,
    law: str | None = None,
    parameters: ParameterSource | None = None,
    perturb: PerturbationSource | None = None,
    override: Mapping[str, Any] | None = None,
    reading: Mapping[str, str] | None = None,
    until: Moment | None = None,
    workers: int | None = None,
    **settings: "Unpack[FurtherSettings]",
) -> SweepOutput:
    """Fight many battles at each of many design points, with the same luck at all of them.

    The settings are those of `sim sweep`, and so are the results, to the bit.

    Parameters
    ----------
    scenario
        A name (`teaching`), the path of a YAML file, or a model as `sim.load` returns it.
    factors
        Levels by factor: a prior, `law`, `reading.NAME`, `override.PATH` or `perturb.NAME.SETTING`; levels are a list,
        `"prior"`, or `{"low": 1, "high": 2, "steps": 3}`.
    name
        A ready-made sweep of `conf/sweep`.
    design
        `grid` (every combination), `latin` or `sobol`.
    points
        How many design points a latin or sobol design has.
    measures
        Measures to describe and draw; those of the scenario's headline outputs if it is left out.
    runs
        How many battles at each point; `auto` for as many as `half_width` takes.
    half_width
        With `runs="auto"`: half of the 95% interval of each measure, for all or by measure.
    max_runs
        With `runs="auto"`: the most battles at a point.
    seed, law, parameters, perturb, override, reading, until, workers
        As in `sim.run`.
    settings
        Further settings of `conf/config.yaml`, by name.

    Returns
    -------
    SweepOutput
        The results, in a temporary folder until they are saved.

    Raises
    ------
    SimError
        Something can't be used: a line for each fault.

    Examples
    --------
    >>> import sim
    >>> curve = sim.sweep("teaching", factors={"killing_rate_teal": [0.2, 0.8]}, runs=10, seed=1)
    >>> curve.table("points")["killing_rate_teal"].tolist()
    [0.2, 0.8]
    """
    values = {
        "seed": seed,
        "law": law,
        "parameters": parameters,
        "override": override,
        "reading": reading,
        "until": until,
        "workers": workers,
        **settings,
    }
    own = {
        "factors": factors,
        "design": design,
        "points": points,
        "measures": measures,
        "runs": runs,
        "half_width": half_width,
        "max_runs": max_runs,
    }
    call = read_call(scenario, perturb, values, sweep=name)
    plan = plan_sweep(*call.compose_command("sweep", SweepCommandSettings, own))
    folder = TemporaryFolder()
    with work_in_folder(plan.make_job(None), folder) as run_directory:
        stored = store_sweep(plan, run_directory, choose_display().make_tracker("Fighting"))
    return SweepOutput(
        open_output(folder.path), partial(write_pages, plan=plan, stored=stored, argv=[]), (folder, call.folder)
    )
