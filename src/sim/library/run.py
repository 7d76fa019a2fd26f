"""`sim.run`: a battle, fought many times."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.cli.run import plan_run, store_run, write_pages
from sim.library.call_settings import (
    FurtherSettings,
    Moment,
    ParameterSource,
    PerturbationSource,
    ScenarioSource,
    read_call,
)
from sim.library.control import read_battle_control, read_mean_control
from sim.library.fighting import work_in_folder
from sim.library.output import Output
from sim.library.progress import choose_display
from sim.library.temporary_folder import TemporaryFolder
from sim.report.headline import format_headline
from sim.scoring.claim_comparison import select_headline_outputs
from sim.scoring.intervals import EmpiricalDistribution
from sim.storage.manifest import RunManifest
from sim.storage.reader import open_output

if TYPE_CHECKING:
    from typing import Unpack

    import xarray as xr


class RunOutput(Output):
    """A battle that was fought many times: the output of `sim run`."""

    default_figure = "outcomes"

    @property
    def runs(self) -> int:
        """How many battles were fought."""
        return self.stored.require(RunManifest).runs

    @property
    def log(self) -> Any:
        """The events of the battles whose events were kept, in words: a pandas data frame, an event a row."""
        return self.table("event_log")

    def control(self) -> "xr.Dataset":
        """Who holds what, by time, place and side, over all battles.

        Returns
        -------
        xarray.Dataset
            `control`, the mean share of the place; `holds` and `contested`, shares of battles; `strength`, in people.

        Examples
        --------
        >>> import sim
        >>> control = sim.run("teaching", runs=20, seed=1).control()
        >>> dict(control.sizes), control["control"].attrs["units"]
        ({'time': 12, 'place': 5, 'side': 2}, 'share')
        """
        return read_mean_control(self.stored)

    def battle_control(self) -> "xr.Dataset":
        """Who holds what in each battle, by battle, time, place and side: of the first 2,000 battles.

        Returns
        -------
        xarray.Dataset
            `control`, the share of the place; `strength`, `killed`, `wounded` and `captured`, in people.
        """
        return read_battle_control(self.stored)

    def list_sentences(self) -> Iterator[str]:
        """The scenario's headline outputs with their numbers."""
        manifest, scenario = self.stored.require(RunManifest), self.scenario
        ends = scenario.hours_since_start(manifest.settings.until or scenario.ends)
        outputs = select_headline_outputs(scenario, ends)
        columns = [f"headline_{number}" for number in outputs]
        table = self.stored.read_table("runs", columns)
        for column, output in zip(columns, outputs.values(), strict=True):
            distribution = EmpiricalDistribution()
            distribution.add(np.asarray(table[column].to_numpy(), dtype=float))
            yield f"{format_headline(manifest.posterior, output, distribution)}."

    def list_facts(self) -> dict[str, str]:
        """What it is, with the number of battles."""
        battle, *others = super().list_facts().items()
        return dict([battle, ("battles", f"{self.runs:,} battles"), *others])


def run(
    scenario: ScenarioSource | None = None,
    *,
    runs: int | None = None,
    seed: int | None = None,
    law: str | None = None,
    parameters: ParameterSource | None = None,
    perturb: PerturbationSource | None = None,
    override: Mapping[str, Any] | None = None,
    reading: Mapping[str, str] | None = None,
    until: Moment | None = None,
    question: str | None = None,
    workers: int | None = None,
    **settings: "Unpack[FurtherSettings]",
) -> RunOutput:
    """Fight a battle many times.

    The settings are those of `sim run`, and so are the results, to the bit; what is left out is as `conf/config.yaml`
    has it.

    Parameters
    ----------
    scenario
        A name (`teaching`), the path of a YAML file, or a model as `sim.load` returns it.
    runs
        How many battles.
    seed
        With the number of a battle it determines all that is random in it.
    law
        The attrition law: a module of `sim.laws`.
    parameters
        `prior`, `median`, `posterior:FOLDER`, `pooled:FOLDER`, or the output of `sim.calibrate`.
    perturb
        Changes of the battle: names of `conf/perturb`, objects of `sim.perturbations`, or objects by names of your own.
    override
        Values of the scenario by path: `{"forces.garrison.strength": 200}`.
    reading
        The reading of each contested passage, by its name.
    until
        When to stop, in local time; the end of the scenario if it is left out.
    question
        A question of `conf/question`, which has a scenario and perturbations.
    workers
        Processes or threads; one for each core if it is left out. The results are the same bits for any number.
    settings
        Further settings of `conf/config.yaml`, by name.

    Returns
    -------
    RunOutput
        The results, in a temporary folder until they are saved.

    Raises
    ------
    SimError
        Something can't be used: a line for each fault.

    Examples
    --------
    >>> import sim
    >>> output = sim.run("teaching", runs=20, seed=1)
    >>> output.runs, output.settings["seed"], output.scenario.title
    (20, 1, 'The crossing at Millbrook')
    """
    values = {
        "runs": runs,
        "seed": seed,
        "law": law,
        "parameters": parameters,
        "override": override,
        "reading": reading,
        "until": until,
        "workers": workers,
        **settings,
    }
    call = read_call(scenario, perturb, values, question=question)
    plan = plan_run(call.compose())
    folder = TemporaryFolder()
    with work_in_folder(plan.make_job(None), folder) as run_directory:
        stored = store_run(plan, run_directory, choose_display().track_batches)
    return RunOutput(open_output(folder.path), partial(write_pages, plan=plan, stored=stored), (folder, call.folder))
