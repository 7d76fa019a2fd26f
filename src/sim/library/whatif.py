"""`sim.whatif`: what would have changed? A base case and changes, fought in pairs."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from sim.cli.whatif import plan_whatif, select_questions, store_whatif, write_pages
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
from sim.plots.figure_data import load_changes, load_paired_comparison
from sim.report.whatif import describe_change
from sim.storage.manifest import WhatifManifest
from sim.storage.reader import open_output

if TYPE_CHECKING:
    from typing import Unpack


class WhatifOutput(Output):
    """A base case and its changes, fought in pairs: the output of `sim whatif`."""

    default_figure = "effect_forest"

    @property
    def changes(self) -> dict[str, str]:
        """Each change by its name, in words."""
        return {change.name: change.description for change in load_changes(self.stored)}

    @property
    def differences(self) -> Any:
        """The effect of each change on each measure, with its 95% interval: a pandas data frame."""
        return self.table("differences")

    def list_sentences(self) -> Iterator[str]:
        """The effect of each change on each event that the scenario asks about."""
        comparison = load_paired_comparison(self.stored, self.stored.require(WhatifManifest))
        for change in load_changes(self.stored):
            yield from describe_change(self.scenario, change, comparison)


def whatif(
    scenario: ScenarioSource | None = None,
    *,
    perturb: PerturbationSource | None = None,
    question: str | Sequence[str] | None = None,
    runs: int | None = None,
    seed: int | None = None,
    law: str | None = None,
    parameters: ParameterSource | None = None,
    override: Mapping[str, Any] | None = None,
    reading: Mapping[str, str] | None = None,
    until: Moment | None = None,
    workers: int | None = None,
    **settings: "Unpack[FurtherSettings]",
) -> WhatifOutput:
    """Fight a base case and changes of it with the same luck, and say what each change does.

    The settings are those of `sim whatif`, and so are the results, to the bit.

    Parameters
    ----------
    scenario
        A name (`teaching`), the path of a YAML file, or a model as `sim.load` returns it.
    perturb
        The changes: names of `conf/perturb`, objects of `sim.perturbations`, or objects by names of your own. Several
        are asked one by one and together.
    question
        Questions of `conf/question`, or a folder of them, each as one change; instead of `perturb`.
    runs
        How many pairs for each change.
    seed, law, parameters, override, reading, until, workers
        As in `sim.run`.
    settings
        Further settings of `conf/config.yaml`, by name.

    Returns
    -------
    WhatifOutput
        The results, in a temporary folder until they are saved.

    Raises
    ------
    SimError
        Something can't be used: a line for each fault.

    Examples
    --------
    >>> import sim
    >>> answer = sim.whatif("teaching", perturb="no_airstrikes", runs=20, seed=1)
    >>> answer.changes
    {'no_airstrikes': 'without air strikes'}
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
    call = read_call(scenario, perturb, values)
    names = [] if question is None else [question] if isinstance(question, str) else list(question)
    plan = plan_whatif(select_questions(",".join(names)) if names else [], call.compose)
    folder = TemporaryFolder()
    with work_in_folder(plan.make_job(None), folder) as run_directory:
        stored = store_whatif(plan, run_directory, choose_display().track_batches)
    return WhatifOutput(
        open_output(folder.path), partial(write_pages, plan=plan, stored=stored, argv=[]), (folder, call.folder)
    )
