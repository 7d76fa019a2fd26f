"""The observation model: how claims follow from a simulated battle, as a likelihood and as simulated reports.

The unifying idea: a claim is one bin of all that its source could have reported.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

import numpy as np

from sim import random_streams
from sim.events.observable import Observable
from sim.likelihood.binning import Bin, Binning, make_claim_bins
from sim.likelihood.count_tree import CountNode, CountTree
from sim.likelihood.inclusion import InclusionTree, build_inclusion_trees
from sim.likelihood.terms import BinaryReport, BinnedShare, LikelihoodTerm, TimedReport
from sim.scenario.claim_kinds import CLAIM_KINDS, ObservationModelName
from sim.scenario.evidence import ReportedInterval
from sim.scenario.model import Scenario
from sim.scenario.problems import ScenarioError
from sim.scenario.source_model import CountErrorModel, SourceErrorModel, SourceModel

Item = TypeVar("Item")


@dataclass
class ObservationModelBuilder:
    """Builds the terms of a record, and collects the observables and priors that they read."""

    scenario: Scenario
    observables: list[Observable] = field(default_factory=list)
    parameter_names: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def build_terms(self, claims: Sequence[str]) -> tuple[LikelihoodTerm, ...]:
        """The terms of the chosen claims; raise ScenarioError with every claim that can't be scored."""
        models = {id: model for id in claims if (model := self.find_model(id)) is not None}
        count_claims = [id for id, model in models.items() if model == "count"]
        trees = {tree.claim: tree for tree in build_inclusion_trees(self.scenario, count_claims, self.problems)}
        self.check_duplicates([id for id in models if id not in count_claims])
        terms = []
        for id, model in models.items():
            if id in trees:
                terms.append(self.build_count_tree(trees[id]))
            elif model != "count":
                terms.append(self.build_term(id, model))
        if self.problems:
            raise ScenarioError(self.problems)
        return tuple(term for term in terms if term is not None)

    def find_model(self, id: str) -> ObservationModelName | None:
        """The observation model of a claim; None, with a problem noted, if nobody can say such a thing."""
        observable, interval = self.find_observable(id), self.find_interval(id)
        model = CLAIM_KINDS[interval.kind].models.get(observable.quantity)
        if model is None:
            measure = getattr(observable, "measure")  # noqa: B009 - every observable has one
            self.problems.append(f"claims.{id}.value: can't be said of {measure} (got {interval.phrase!r})")
        return model

    def check_duplicates(self, claims: Sequence[str]) -> None:
        """Note claims of one source about the same observable."""
        claim_by_key: dict[tuple[str, Observable], str] = {}
        for id in claims:
            key = self.scenario.claims[id].source, self.find_observable(id)
            if key in claim_by_key:
                self.problems.append(f"claims.{id}: is about the same as {claim_by_key[key]}, of the same source")
            claim_by_key.setdefault(key, id)

    def build_count_tree(self, tree: InclusionTree) -> LikelihoodTerm | None:
        """The term of a count and all its parts."""
        nodes = tree.list_postorder()
        count_error_model = self.find_count_error_model(tree.claim)
        if count_error_model is None:
            return None
        index_by_claim = {node.claim: number for number, node in enumerate(nodes)}
        claims = tuple(node.claim for node in nodes)
        try:
            observed_bins, binnings = self.make_bins(claims, "count")
            return CountTree(
                name=tree.claim,
                claims=claims,
                observed_bins=observed_bins,
                binnings=binnings,
                nodes=tuple(
                    CountNode(
                        self.observable_column(node.claim), tuple(index_by_claim[part.claim] for part in node.parts)
                    )
                    for node in nodes
                ),
                bias_column=self.parameter_column(count_error_model.bias),
                size_column=self.parameter_column(count_error_model.size),
                background_column=self.parameter_column(self.source_model.background_rate),
            )
        except ValueError as error:
            self.problems.append(f"claims.{error}")
            return None

    def build_term(self, id: str, model: ObservationModelName) -> LikelihoodTerm | None:
        """The term of a claim that is not a count."""
        source_error_model = self.find_source_error_model(id)
        if source_error_model is None:
            return None
        observed_bins, binnings = self.make_bins((id,), model)
        flip_column = self.parameter_column(source_error_model.flip_probability)
        if model == "share":
            sd_column = self.parameter_column(self.source_model.share_sd)
            return BinnedShare(
                id,
                (id,),
                observed_bins,
                binnings,
                observable_column=self.observable_column(id),
                sd_column=sd_column,
                flip_column=flip_column,
            )
        if model == "time":
            return self.build_timed_report(id, observed_bins, binnings, flip_column)
        low, high = self.find_interval(id).low, self.find_interval(id).high
        return BinaryReport(
            id,
            (id,),
            observed_bins,
            binnings,
            observable_column=self.observable_column(id),
            low=low,
            high=high,
            flip_column=flip_column,
        )

    def build_timed_report(
        self, id: str, observed_bins: tuple[Bin, ...], binnings: tuple[Binning, ...], flip_column: int
    ) -> LikelihoodTerm | None:
        """The term of a time or a length of time; None, with a problem noted, without its standard deviation."""
        if self.source_model.time_sd is None:
            self.problems.append(f"source_model.time_sd: is missing, and {id} is to be scored")
            return None
        return TimedReport(
            id,
            (id,),
            observed_bins,
            binnings,
            observable_column=self.observable_column(id),
            sd_column=self.parameter_column(self.source_model.time_sd),
            flip_column=flip_column,
            until=self.scenario.hours_since_start(self.find_observable(id).until),
        )

    def make_bins(
        self, claims: Sequence[str], model: ObservationModelName
    ) -> tuple[tuple[Bin, ...], tuple[Binning, ...]]:
        """What was reported in each claim, and all that could have been; raise ValueError if no count agrees."""
        observed_bins, binnings = [], []
        for id in claims:
            try:
                binning, observed_bin = make_claim_bins(self.find_interval(id), model)
            except ValueError as error:
                raise ValueError(f"{id}.value: {error}") from error
            observed_bins.append(observed_bin)
            binnings.append(binning)
        return tuple(observed_bins), tuple(binnings)

    def find_count_error_model(self, id: str) -> CountErrorModel | None:
        """How the source of a claim counts such things; None, with a problem noted, if the scenario does not say."""
        source_error_model, observable = self.find_source_error_model(id), self.find_observable(id)
        if source_error_model is None:
            return None
        source, side = self.scenario.claims[id].source, getattr(observable, "side", None)
        if side is None and observable.quantity != "pieces":
            count_error_model, missing_path = source_error_model.both_sides, f"source_model.sources.{source}.both_sides"
        elif observable.quantity == "pieces":
            count_error_model, missing_path = source_error_model.equipment, f"source_model.sources.{source}.equipment"
        else:
            count_error_model, missing_path = (
                source_error_model.sides.get(side or ""),
                f"source_model.sources.{source}.sides.{side}",
            )
        if count_error_model is None:
            self.problems.append(f"{missing_path}: is missing, and {id} is to be scored")
        return count_error_model

    def find_source_error_model(self, id: str) -> SourceErrorModel | None:
        """The error model of a claim's source; None, with a problem noted, if there is none."""
        source = self.scenario.claims[id].source
        source_error_models = {} if self.scenario.source_model is None else self.scenario.source_model.sources
        if source not in source_error_models:
            self.problems.append(f"source_model.sources.{source}: is missing, and {id} is to be scored")
        return source_error_models.get(source)

    @property
    def source_model(self) -> SourceModel:
        """The error models of all sources; there must be some."""
        assert self.scenario.source_model is not None
        return self.scenario.source_model

    def find_observable(self, id: str) -> Observable:
        """What a claim is about."""
        observable: Observable | None = self.scenario.claims[id].observable
        assert observable is not None
        return observable

    def find_interval(self, id: str) -> ReportedInterval:
        """What a claim says of it."""
        interval = self.scenario.claims[id].value
        assert interval is not None
        return interval

    def observable_column(self, id: str) -> int:
        """The column of a claim's observable, a new one if need be."""
        return index_or_append(self.observables, self.find_observable(id))

    def parameter_column(self, prior: str) -> int:
        """The column of a prior, a new one if need be."""
        return index_or_append(self.parameter_names, prior)


def index_or_append(items: list[Item], item: Item) -> int:
    """The index of an item in a list, to which it is appended if it is not there."""
    if item not in items:
        items.append(item)
    return items.index(item)


@dataclass(frozen=True)
class ObservationModel:
    """The record as terms, each a factor of the likelihood; no claim is in two of them."""

    terms: tuple[LikelihoodTerm, ...]
    observables: tuple[Observable, ...]  # to be observed in each battle: the columns of the values
    parameter_names: tuple[str, ...]  # priors of the source model: the columns of the reporting parameters

    @property
    def claims(self) -> tuple[str, ...]:
        """The claims, term by term."""
        return tuple(claim for term in self.terms for claim in term.claims)

    @property
    def observed_bins(self) -> np.ndarray:
        """What was reported, shape (claims, 2): low and high."""
        edges = [(each.low, each.high) for term in self.terms for each in term.observed_bins]
        return np.array(edges, dtype=np.float64).reshape(-1, 2)


def build_observation_model(scenario: Scenario, ends: float, claims: Collection[str] | None = None) -> ObservationModel:
    """The observation model of a battle that ends after so many hours: of these claims, or of those for calibration.

    Claims that can't be observed by then are left out. Raise ScenarioError if a claim can't be scored, or not together
    with the others.

    Parameters
    ----------
    scenario
        The scenario with its claims and sources.
    ends
        Hours from the beginning to the end of the simulated battles.
    claims
        Ids of the claims; those for calibration if None.

    Returns
    -------
    ObservationModel
        Its terms, the observables that they need and the names of the reporting parameters.

    Raises
    ------
    ScenarioError
        A claim can't be scored, or not together with the others.
    KeyError
        There is no claim of such an id.

    Examples
    --------
    >>> import sim
    >>> model = build_observation_model(sim.load("teaching"), ends=72.0)
    >>> len(model.terms), len(model.observables), len(model.parameter_names)
    (6, 5, 6)
    """
    if claims is None:
        claims = scenario.calibration_claims
    builder = ObservationModelBuilder(scenario)
    terms = builder.build_terms(select_scorable_claims(scenario, ends, claims))
    return ObservationModel(terms, tuple(builder.observables), tuple(builder.parameter_names))


def select_scorable_claims(scenario: Scenario, ends: float, claims: Collection[str]) -> list[str]:
    """Those of the claims that can be observed in a battle of so many hours, in the order of the scenario."""
    if unknown := set(claims) - set(scenario.claims):
        raise KeyError(f"no such claim: {', '.join(sorted(unknown))}")
    observable_by_claim = {id: claim.observable for id, claim in scenario.claims.items() if id in set(claims)}
    return [
        id
        for id, observable in observable_by_claim.items()
        if observable is not None and scenario.hours_since_start(observable.until) <= ends
    ]


def log_likelihood(model: ObservationModel, values: np.ndarray, reporting_parameters: np.ndarray) -> np.ndarray:
    """Log probability of each term, shape (n, terms), always finite.

    Given what was observed in n battles, shape (n, observables), and how the sources report, shape (n, parameters).

    Parameters
    ----------
    model
        The observation model.
    values, reporting_parameters
        Shapes (n, observables), in the units of the observables, and (n, parameters).

    Returns
    -------
    ndarray
        Natural logarithms, shape (n, terms).

    Examples
    --------
    >>> import sim
    >>> model = build_observation_model(sim.load("teaching"), ends=72.0)
    >>> log_likelihood(model, np.ones((2, 5)), np.full((2, len(model.parameter_names)), 0.5)).shape
    (2, 6)
    """
    log_terms = np.empty((len(values), len(model.terms)))
    for number, term in enumerate(model.terms):
        log_terms[:, number] = term.log_likelihood(values, reporting_parameters)
    return log_terms


def with_claim_columns(model: ObservationModel) -> ObservationModel:
    """The same model over values with a column for each claim: the truth may differ from source to source."""
    terms, first_column = [], 0
    for term in model.terms:
        terms.append(term.with_claim_columns(first_column))
        first_column += len(term.claims)
    observables = tuple(model.observables[column] for term in model.terms for column in term.observable_columns)
    return replace(model, terms=tuple(terms), observables=observables)


def with_bins(model: ObservationModel, bins: np.ndarray) -> ObservationModel:
    """The same model with other reports, shape (claims, 2) as in `SimulatedReports.bins`."""
    new_bins = [Bin(int(low), float(high)) for low, high in bins.tolist()]
    if len(new_bins) != len(model.claims):
        raise ValueError(f"{len(new_bins)} bins for {len(model.claims)} claims")
    terms, first = [], 0
    for term in model.terms:
        terms.append(term.with_bins(new_bins[first : first + len(term.claims)]))
        first += len(term.claims)
    return replace(model, terms=tuple(terms))


def draw_priors(
    scenario: Scenario, parameter_names: Sequence[str], seed: int, replications: Sequence[int] | np.ndarray
) -> np.ndarray:
    """Priors by name for each replication, shape (n, parameters), each by the stream of its name as in a battle."""
    keys = random_streams.stream_keys([f"prior:{name}" for name in parameter_names])
    counters = np.zeros(len(keys), dtype=np.uint64)
    uniforms = random_streams.uniforms_from_bits(
        random_streams.random_bits(keys, seed, np.asarray(replications), counters, 1)[..., 0]
    )
    columns = [scenario.priors[name].quantiles(uniforms[:, number]) for number, name in enumerate(parameter_names)]
    return np.stack(columns, axis=1) if columns else np.empty((len(uniforms), 0))


def complete_with_priors(
    scenario: Scenario,
    parameter_names: Sequence[str],
    seed: int,
    replications: Sequence[int] | np.ndarray,
    known: Mapping[str, np.ndarray],
) -> np.ndarray:
    """The known parameters of each replication, by name, and priors for the others, shape (n, parameters)."""
    parameters = draw_priors(scenario, parameter_names, seed, replications)
    for column, name in enumerate(parameter_names):
        if name in known:
            parameters[:, column] = known[name]
    return parameters


def remove_count_errors(model: ObservationModel, reporting_parameters: np.ndarray) -> np.ndarray:
    """The same parameters for values that are reports already, and no truths: no bias any more, no background."""
    exact_parameters = reporting_parameters.copy()
    for term in model.terms:
        if isinstance(term, CountTree):
            exact_parameters[:, term.bias_column] = 1.0
            exact_parameters[:, term.background_column] = 0.0
    return exact_parameters
