"""Settings and progress of an SMC run, shared by the commands that calibrate."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Annotated, Protocol

from pydantic import Field, model_validator
from rich.console import Console

from sim.cli.console import LOG_INTERVAL, make_status_console
from sim.cli.errors import SettingsError
from sim.cli.settings import CommandSettings
from sim.inference import diagnostics
from sim.inference.chains import CHAIN_IDS
from sim.inference.smc import SMCSettings, SMCState, TemperingStep


class SMCCommandSettings(CommandSettings):
    """Particles, sweeps and the budget of simulations; see conf/calibrate.yaml."""

    particles: Annotated[int, Field(ge=50, le=1_000_000, strict=True)]
    sweeps: Annotated[int, Field(ge=1, le=1_000, strict=True)]
    final_sweeps: Annotated[int, Field(ge=1, le=10_000, strict=True)]
    ess_fraction: Annotated[float, Field(ge=0.05, le=0.98)]
    max_simulations: Annotated[int, Field(ge=1_000, le=10**10, strict=True)]
    target_ess: Annotated[int, Field(ge=0, le=10**7, strict=True)]
    chunk_size: Annotated[int, Field(ge=10, le=100_000, strict=True)]

    @model_validator(mode="after")
    def validate_budget(self) -> "SMCCommandSettings":
        """Refuse a budget that the islands exceed before their first step, and a target that they never reach."""
        if self.max_simulations < (first := len(CHAIN_IDS) * self.particles):
            raise ValueError(
                f"max_simulations: the islands begin with a battle for each particle (got {self.max_simulations}; "
                f"allowed: {first} and more)"
            )
        if self.target_ess > first:
            raise ValueError(
                f"target_ess: both islands together have {first} particles, and no more effective draws than these "
                f"(got {self.target_ess}; allowed: 0 to {first})"
            )
        return self

    @property
    def smc_settings(self) -> SMCSettings:
        """The settings of each chain: its part of the budget and of the target effective sample sizes.

        Negative controls need no more than what a posterior needs to be shown.
        """
        n_chains = len(CHAIN_IDS)
        return SMCSettings(
            self.particles,
            self.sweeps,
            self.final_sweeps,
            self.ess_fraction,
            max_simulations=self.max_simulations // n_chains,
            target_ess=self.target_ess / n_chains,
            target_control_ess=min(self.target_ess, diagnostics.MIN_ESS) / n_chains,
            chunk_size=self.chunk_size,
        )


def check_posterior_settings(options: SMCCommandSettings) -> None:
    """Refuse settings that end before there are as many effective draws as a posterior needs to be shown."""
    floor = diagnostics.MIN_ESS
    problems = []
    if len(CHAIN_IDS) * options.particles < floor:
        most = len(CHAIN_IDS) * options.particles
        problems.append(
            f"particles: both islands together have {most}, and no posterior of fewer than {floor} effective draws "
            f"is shown (got {options.particles}; allowed: {-(-floor // len(CHAIN_IDS))} and more)"
        )
    if options.target_ess < floor:
        problems.append(
            f"target_ess: no posterior of fewer than {floor} effective draws is shown "
            f"(got {options.target_ess}; allowed: {floor} and more)"
        )
    if problems:
        raise SettingsError(problems)


class StatusLine(Protocol):
    """A line that is replaced by the next one."""

    def update(self, status: str, /) -> object:
        """Replace the line."""


@dataclass
class SMCProgress:
    """Prints the progress of an SMC run; its methods are called by the run."""

    settings: SMCSettings
    console: Console
    status: StatusLine | None
    start_time: float = field(default_factory=time.monotonic)
    last_line: str = ""
    last_time: float = field(default_factory=time.monotonic)  # at which a line was printed

    def on_chunk_done(self, kind: str) -> None:
        """Called after each chunk of work of some kind: the status, or without a terminal a line per minute."""
        if self.status is not None:
            self.status.update(f"{self.last_line or 'before the first temperature'} · {kind}")
        elif time.monotonic() - self.last_time >= LOG_INTERVAL:
            self.print(f"{kind} · {time.monotonic() - self.start_time:.0f} s")

    def print(self, line: str) -> None:
        """Print a line that stays."""
        self.last_time = time.monotonic()
        self.console.print(line)

    def on_temperature(self, state: SMCState) -> None:
        """Called when a chain has reached another temperature (tempering exponent)."""
        if not state.tempering_steps:
            return
        step = state.tempering_steps[-1]
        acceptance = ", ".join(f"{kind} {100 * rate:.0f}%" for kind, rate in step.acceptance.items())
        ess_percent = 100 * step.ess / len(state.population)
        self.last_line = (
            f"island {state.chain_id}: temperature {step.beta:.4g} · effective sample {ess_percent:.0f}% · "
            f"{state.n_lineages:.0f} families · taken: {acceptance} · "
            f"{state.n_simulations:,} of {self.settings.max_simulations:,} battles · "
            f"{time.monotonic() - self.start_time:.0f} s{describe_shortfall(step, self.settings)}"
        )
        self.print(self.last_line)


def describe_shortfall(step: TemperingStep, settings: SMCSettings) -> str:
    """What another round at the posterior is still for, after this one; nothing on the way to the posterior.

    Examples
    --------
    >>> settings = SMCSettings(600, 5, 5, 0.5, 10**6, target_ess=225.0, target_control_ess=200.0)
    >>> describe_shortfall(TemperingStep(1.0, -40.0, 0.0, 301.0, 94.2, 90_000, {}), settings)
    ' · waits for controls: 94 of 200 effective draws'
    >>> describe_shortfall(TemperingStep(1.0, -40.0, 0.0, 301.0, 241.0, 180_000, {}), settings)
    ''
    """
    if step.beta < 1.0:
        return ""
    sizes = (("families", step.ess, settings.target_ess), ("controls", step.control_ess, settings.target_control_ess))
    missing = [f"{name}: {ess:.0f} of {target:.0f}" for name, ess, target in sizes if ess < target]
    return f" · waits for {', '.join(missing)} effective draws" if missing else ""


@contextmanager
def track_smc(settings: SMCSettings) -> Iterator[SMCProgress]:
    """The progress of a calibration, on standard error."""
    console = make_status_console()
    if not console.is_terminal:
        yield SMCProgress(settings, console, None)
        return
    with console.status("before the first temperature") as status:
        yield SMCProgress(settings, console, status)
