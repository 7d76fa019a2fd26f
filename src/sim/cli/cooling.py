"""How far a calibration is: a line for each temperature, and what is under way on a terminal."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from rich.console import Console
from rich.status import Status

from sim.calibration.island import Island, Plan


@dataclass
class Cooling:
    """Hears of pieces of work and of temperatures."""

    plan: Plan
    console: Console
    status: Status | None
    begun: float = field(default_factory=time.monotonic)
    line: str = ""

    def hears(self, kind: str) -> None:
        """A piece of some kind of work is done."""
        if self.status is not None:
            self.status.update(f"{self.line or 'before the first temperature'} · {kind}")

    def told(self, island: Island) -> None:
        """An island is at another temperature."""
        if not island.rungs:
            return
        rung = island.rungs[-1]
        taken = ", ".join(f"{kind} {100 * share:.0f}%" for kind, share in rung.acceptance.items())
        share = 100 * rung.effective / len(island.fought)
        self.line = (
            f"island {island.number}: temperature {rung.temperature:.4g} · effective sample {share:.0f}% · "
            f"{island.families:.0f} families · taken: {taken} · {island.battles:,} of {self.plan.budget:,} battles · "
            f"{time.monotonic() - self.begun:.0f} s"
        )
        self.console.print(self.line)


@contextmanager
def cooling(plan: Plan) -> Iterator[Cooling]:
    """Watch a calibration, on standard error."""
    console = Console(stderr=True, soft_wrap=True, highlight=False, markup=False, emoji=False)
    if not console.is_terminal:
        yield Cooling(plan, console, None)
        return
    with console.status("before the first temperature") as status:
        yield Cooling(plan, console, status)
