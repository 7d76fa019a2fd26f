"""Claims, count trees and values observed in no battle, and targets whose evidence and posterior are known exactly."""

from dataclasses import dataclass, field
from itertools import product

import numpy as np

from sim import random_streams
from sim.inference.negative_controls import CONTROL_NAMES
from sim.inference.particles import ParameterSpace, Particles
from sim.likelihood.binning import UNIT_BINS
from sim.likelihood.count_tree import CountNode, CountTree
from sim.likelihood.observation_model import ObservationModel, build_observation_model, select_scorable_claims
from sim.scenario import Scenario
from sim.scenario.evidence import Claim
from sim.scoring.forecast import build_claim_model


def make_claim(phrase: str, measure: str = "control", side: str = "amber", place: str = "hill", **more: str) -> Claim:
    """A claim of the account on the first two days of the teaching scenario."""
    observable = {"measure": measure, "side": side, "until": "2001-06-02"} | more
    if measure in ("control", "peak_control"):
        observable["place"] = place
    data = {"statement": "it is said", "citation": "battle 1.1", "source": "account", "role": "calibration"}
    return Claim.model_validate(data | {"observable": observable, "value": phrase})


def list_scored_claims(scenario: Scenario) -> list[str]:
    """The claims that are scored, for calibration or held out."""
    return [id for id, claim in scenario.claims.items() if claim.role != "context"]


def build_model(scenario: Scenario, claims: list[str] | None = None) -> ObservationModel:
    """The observation model of the whole record."""
    return build_observation_model(scenario, scenario.hours_since_start(scenario.horizon), claims)


def make_count_tree(bins, nodes=None, claims=None):
    """Counts of one source: nodes as (column, parts), factor, size and stray from parameters 0, 1 and 2."""
    nodes = nodes or [(0, ())]
    claims = claims or tuple(f"claim_{n}" for n in range(len(nodes)))
    return CountTree(
        "term",
        claims,
        tuple(bins),
        (UNIT_BINS,) * len(nodes),
        nodes=tuple(CountNode(column, parts) for column, parts in nodes),
        bias_column=0,
        size_column=1,
        background_column=2,
    )


def draw_values(model, rows, seed=5):
    """Nested counts, shares in tenths, events and ranks: shape (rows, observables)."""
    generator = np.random.default_rng(seed)  # noqa: TID251 (a test's own random numbers)
    values = np.empty((rows, len(model.observables)))
    for column, observable in enumerate(model.observables):
        if observable.quantity == "share":
            values[:, column] = generator.integers(0, 11, rows) / 10
        else:
            values[:, column] = generator.integers(0, 3, rows)
    nodes = [(term, node) for term in model.terms if isinstance(term, CountTree) for node in term.nodes]
    for _ in range(3):  # a column may stand in the trees of two sources
        for term, node in nodes:
            total = sum(values[:, term.nodes[part].column] for part in node.parts)
            values[:, node.column] = np.maximum(values[:, node.column], total + generator.integers(0, 20, rows))
    return values


def draw_values_by_claim(scenario, ends, rows):
    """The same for every scored claim that can be observed by then, by its name."""
    scored = [id for id, claim in scenario.claims.items() if claim.role != "context"]
    model = build_claim_model(scenario, ends, select_scorable_claims(scenario, ends, scored))
    values = draw_values(model, rows)
    return {id: values[:, number] for number, id in enumerate(model.claims)}


class StartsAtPrior:
    """What these targets have in common: one simulation for each particle, and a path that starts at the prior."""

    simulations_per_particle = 1

    def compute_initial_log_likelihood(self, particles: Particles, outcomes: np.ndarray) -> np.ndarray:
        return np.zeros(len(particles))


@dataclass(frozen=True)
class ConjugateNormal(StartsAtPrior):
    """Standard normal coordinates, each observed once with normal noise: conjugate in every coordinate.

    The third parameter is a reporting one; the last coordinate, a random input, is not observed at all.
    """

    observed: tuple[float, ...] = (1.5, -0.5, 0.8, 2.0)
    noise: float = 0.5
    space: ParameterSpace = field(
        default=ParameterSpace(("a", "b", "c"), (False, False, True), ("order:x:one", "order:y:two"), ("order:x:dice",))
    )
    term_names: tuple[str, ...] = ("a", "b", "c", "one")
    n_outcomes = 4

    def simulate_outcomes(self, particles: Particles) -> np.ndarray:
        return np.concatenate([particles.parameter_normals[:, :2], particles.normal_inputs], axis=1)

    def compute_log_likelihood(self, particles: Particles, outcomes: np.ndarray) -> np.ndarray:
        means = np.stack([outcomes[:, 0], outcomes[:, 1], particles.parameter_normals[:, 2], outcomes[:, 2]], axis=1)
        return -0.5 * ((means - self.observed) / self.noise) ** 2 - np.log(self.noise * np.sqrt(2 * np.pi))

    @property
    def log_evidence(self) -> float:
        variance = 1 + self.noise**2
        return float(sum(-0.5 * y * y / variance - 0.5 * np.log(2 * np.pi * variance) for y in self.observed))

    @property
    def posterior(self) -> tuple[np.ndarray, float]:
        """The means of a, b, c and the random inputs, and the variance of all but the last."""
        shrinkage = 1 / (1 + self.noise**2)
        return np.array([*(y * shrinkage for y in self.observed), 0.0]), self.noise**2 * shrinkage


READ_INPUTS = tuple(f"day:{number}:one" for number in range(24))


@dataclass(frozen=True)
class ControlledNormal(ConjugateNormal):
    """The same with negative controls, and with many more random inputs, each observed once as 0 with a noise of 0.8.

    Few of the inputs can be drawn anew at once, so that the controls, one block among them, seldom move; parameters do
    in every sweep. By them the sample seems large long before the controls are new.
    """

    space: ParameterSpace = field(
        default=ParameterSpace(
            ("a", "b", "c"),
            (False, False, True),
            ("order:x:one", "order:y:two", *READ_INPUTS, *CONTROL_NAMES),
            ("order:x:dice",),
        )
    )
    n_outcomes = 5
    input_noise = 0.8

    def simulate_outcomes(self, particles: Particles) -> np.ndarray:
        inputs = particles.normal_inputs
        squares = (inputs[:, 2 : 2 + len(READ_INPUTS)] ** 2).sum(axis=1, keepdims=True)
        return np.concatenate([particles.parameter_normals[:, :2], inputs[:, :2], squares], axis=1)

    def compute_log_likelihood(self, particles: Particles, outcomes: np.ndarray) -> np.ndarray:
        of_inputs = -0.5 * outcomes[:, 4:] / self.input_noise**2 - len(READ_INPUTS) * np.log(
            self.input_noise * np.sqrt(2 * np.pi)
        )
        return np.concatenate([super().compute_log_likelihood(particles, outcomes), of_inputs], axis=1)

    @property
    def log_evidence(self) -> float:
        variance = 1 + self.input_noise**2
        return super().log_evidence - 0.5 * len(READ_INPUTS) * float(np.log(2 * np.pi * variance))


STREAMS = ("order:first:dice", "order:second:dice", "order:third:dice")


@dataclass(frozen=True)
class ThreeDice(StartsAtPrior):
    """Three dice from three random streams; the sum of their pips is reported, with a bias of 0 or 2.

    The state space is small enough to be enumerated: 6 x 6 x 6 x 2.
    """

    reported: int = 16
    space: ParameterSpace = field(default=ParameterSpace(("bias",), (True,), (), STREAMS))
    term_names: tuple[str, ...] = ("pips",)
    n_outcomes = 3

    def simulate_outcomes(self, particles: Particles) -> np.ndarray:
        bits = random_streams.random_bits(
            random_streams.stream_keys(STREAMS), particles.seed, particles.replication_numbers, particles.salts, 1
        )[..., 0]
        return np.floor(6 * random_streams.uniforms_from_bits(bits)) + 1

    def compute_log_likelihood(self, particles: Particles, outcomes: np.ndarray) -> np.ndarray:
        bias = (particles.parameter_normals[:, 0] > 0).astype(float)
        return log_report_probability(outcomes.sum(axis=1) + 2 * bias, self.reported)[:, None]

    def enumerate_states(self) -> tuple[float, np.ndarray]:
        """The log evidence, and the posterior probabilities of 1 to 6 on the first die and of the bias."""
        states = np.array(list(product(range(1, 7), range(1, 7), range(1, 7), (0, 1))), dtype=float)
        log_likelihood = log_report_probability(states[:, :3].sum(axis=1) + 2 * states[:, 3], self.reported)
        weights = np.exp(log_likelihood) / len(states)
        first_die = [weights[states[:, 0] == pips].sum() for pips in range(1, 7)]
        evidence = weights.sum()
        return float(np.log(evidence)), np.array([*first_die, weights[states[:, 3] == 1].sum()]) / evidence


def log_report_probability(pips: np.ndarray, reported: int) -> np.ndarray:
    """The logarithm of the probability of a report, which falls off to both sides of the true number."""
    return -2.0 * np.abs(pips - reported) - np.log((1 + np.exp(-2.0)) / (1 - np.exp(-2.0)))
