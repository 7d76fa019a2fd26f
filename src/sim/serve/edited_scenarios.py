"""Scenarios with edits, at once: built on every move of a lever, and checked as a file is after the first odds."""

from collections import OrderedDict
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from pydantic import ValidationError

from sim.scenario import Scenario, load
from sim.scenario.edits import apply_edits, find_conflicts
from sim.scenario.loading import find_scenario_file, read_packs, require_schema
from sim.scenario.problems import ScenarioError
from sim.scenario.yaml_parser import ScenarioDocument, read_document
from sim.types import Edit

MAX_CHECKED = 2_000  # sets of edits whose check is remembered


@dataclass
class EditedScenarios:
    """A scenario's file with the edits of its settings, to which the edits of levers are added.

    Parameters
    ----------
    name
        The scenario, as `sim.load` finds it.
    base_edits
        The edits of readings and overrides, which the base case has too.
    """

    name: str
    base_edits: tuple[Edit, ...] = ()
    checked: OrderedDict[str, None] = field(default_factory=OrderedDict)

    @cached_property
    def document(self) -> ScenarioDocument:
        """The file as it was read first: a change of it later changes nothing."""
        return read_document(find_scenario_file(self.name))

    @cached_property
    def data(self) -> dict[str, Any]:
        """The plain data of the base case, with the priors of its packs written out."""
        data = require_schema(read_packs(self.document.data, self.document), self.document)
        return self.edit_data(data, self.base_edits)

    def edit_data(self, data: dict[str, Any], edits: tuple[Edit, ...]) -> dict[str, Any]:
        """The data with edits; raise ScenarioError for edits that contradict one another, or name nothing."""
        edited, unresolved = apply_edits(data, edits)
        if problems := find_conflicts(edits) + unresolved:
            raise ScenarioError([f"edit {problem}" for problem in problems])
        return edited

    def build(self, edits: tuple[Edit, ...]) -> Scenario:
        """The scenario with edits, its fields checked, but not yet what fields say of one another.

        Parameters
        ----------
        edits
            The edits of the levers that are moved.

        Returns
        -------
        Scenario
            The same as `sim.load` gives of the same edits.

        Raises
        ------
        ScenarioError
            A field is out of its range, or edits contradict one another.

        Examples
        --------
        >>> edit = Edit(path="forces.garrison.strength.value", value=155)
        >>> EditedScenarios("teaching").build((edit,)).forces["garrison"].strength.value
        155.0
        """
        try:
            return Scenario.model_validate(self.edit_data(self.data, edits))
        except ValidationError:
            load(self.name, (*self.base_edits, *edits))  # which has words for each of the faults
            raise

    def check(self, edits: tuple[Edit, ...]) -> None:
        """Check a scenario with edits as a whole, once; raise ScenarioError with every problem."""
        key = repr(edits)
        if key in self.checked:
            return
        load(self.name, (*self.base_edits, *edits))
        self.checked[key] = None
        while len(self.checked) > MAX_CHECKED:
            self.checked.popitem(last=False)
