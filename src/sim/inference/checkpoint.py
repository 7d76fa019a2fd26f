"""The state of a chain as arrays, saved after each step so that an interrupted calibration resumes to the same bits."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sim.inference.moves import MOVE_KINDS, StepSizes
from sim.inference.particles import EvaluatedParticles, Particles
from sim.inference.smc import SMCState, StateCallback, TemperingStep
from sim.storage.atomic import read_checksummed_arrays, write_checksummed_arrays


def state_to_arrays(state: SMCState) -> dict[str, np.ndarray]:
    """The state of a chain as arrays, from which it resumes to the same bits."""
    step_rows = [
        [
            step.beta,
            step.log_evidence,
            step.error,
            step.ess,
            step.control_ess,
            step.n_simulations,
            *(step.acceptance.get(kind, np.nan) for kind in MOVE_KINDS),
        ]
        for step in state.tempering_steps
    ]
    particles = state.population.particles
    return {
        "seed": np.array(particles.seed, dtype=np.uint64),
        "replication_numbers": particles.replication_numbers,
        "parameter_normals": particles.parameter_normals,
        "normal_inputs": particles.normal_inputs,
        "salts": particles.salts,
        "outcomes": state.population.outcomes,
        "initial_log_likelihood": state.population.initial_log_likelihood,
        "log_likelihood_ratio": state.population.log_likelihood_ratio,
        "ancestors": state.ancestors,
        "state": np.array(
            [
                state.chain_id,
                state.beta,
                state.log_evidence,
                state.n_simulations,
                state.is_finished,
                state.n_earlier_steps,
            ]
        ),
        "step_sizes": np.array(state.step_sizes.to_list()),
        "tempering_steps": np.array(step_rows, dtype=np.float64).reshape(-1, 6 + len(MOVE_KINDS)),
    }


def state_from_arrays(arrays: dict[str, np.ndarray]) -> SMCState:
    """The state that some arrays hold."""
    chain_id, beta, log_evidence, n_simulations, is_finished, n_earlier_steps = arrays["state"].tolist()
    particles = Particles(
        int(arrays["seed"]),
        *(arrays[name] for name in ("replication_numbers", "parameter_normals", "normal_inputs", "salts")),
    )
    return SMCState(
        chain_id=int(chain_id),
        population=EvaluatedParticles(
            particles, arrays["outcomes"], arrays["initial_log_likelihood"], arrays["log_likelihood_ratio"]
        ),
        ancestors=arrays["ancestors"],
        beta=beta,
        log_evidence=log_evidence,
        n_simulations=int(n_simulations),
        step_sizes=StepSizes(*arrays["step_sizes"].tolist()),
        tempering_steps=tuple(step_from_row(row) for row in arrays["tempering_steps"].tolist()),
        is_finished=bool(is_finished),
        n_earlier_steps=int(n_earlier_steps),
    )


def step_from_row(row: list[float]) -> TemperingStep:
    """One step that a row of numbers holds; NaN stands for kinds of moves that it did not have."""
    beta, log_evidence, error, ess, control_ess, n_simulations, *rates = row
    acceptance = {kind: rate for kind, rate in zip(MOVE_KINDS, rates, strict=True) if rate == rate}
    return TemperingStep(beta, log_evidence, error, ess, control_ess, int(n_simulations), acceptance)


@dataclass(frozen=True)
class Checkpoint:
    """Where states of chains are saved; `inputs_digest` is that of everything that they are computed from."""

    folder: Path
    inputs_digest: str

    def path(self, chain_id: int) -> Path:
        """The file of a chain, which no other calibration would take for its own."""
        return self.folder / f"chain-{chain_id}-{self.inputs_digest[:16]}.npz"

    def load(self, chain_id: int) -> SMCState | None:
        """The state of a chain, if it was saved."""
        arrays = read_checksummed_arrays(self.path(chain_id))
        return None if arrays is None else state_from_arrays(arrays)

    def save(self, state: SMCState) -> None:
        """Save the state of a chain."""
        write_checksummed_arrays(self.path(state.chain_id), state_to_arrays(state))


def load_state(checkpoint: Checkpoint | None, chain_id: int) -> SMCState | None:
    """The saved state of a chain, if there is a checkpoint and it has one."""
    return None if checkpoint is None else checkpoint.load(chain_id)


def make_saving_callback(checkpoint: Checkpoint | None, callback: StateCallback) -> StateCallback:
    """A callback that saves each state, if there is a checkpoint, and passes it on."""

    def save_and_forward(state: SMCState) -> None:
        if checkpoint is not None:
            checkpoint.save(state)
        callback(state)

    return save_and_forward


def make_subfolder_checkpoint(checkpoint: Checkpoint | None, name: str) -> Checkpoint | None:
    """The checkpoint of the same inputs in a subfolder; None if there is no checkpoint."""
    return None if checkpoint is None else Checkpoint(checkpoint.folder / name, checkpoint.inputs_digest)
