"""The colours of the sides on a page, light and dark: told apart by brightness alone, whatever eyes see them."""

from sim.colours import toned
from sim.scenario.model import Scenario

LIGHT = (0.27, 0.045)  # how bright the first and the second side are on white
DARK = (0.14, 0.52)  # and on black


def palette(scenario: Scenario) -> dict[str, dict[str, str]]:
    """For each theme the colour of each side, as CSS has it."""
    sides = list(scenario.sides.values())
    return {
        theme: {
            name: css(side.colour, bright) for name, side, bright in zip(("first", "second"), sides, tones, strict=True)
        }
        for theme, tones in (("light", LIGHT), ("dark", DARK))
    }


def css(colour: str, bright: float) -> str:
    """A colour of that brightness."""
    return "#" + "".join(f"{round(255 * part):02x}" for part in toned(colour, bright))
