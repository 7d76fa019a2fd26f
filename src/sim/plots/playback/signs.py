"""The signs and words that map and column of a playback share."""

ASSAULT = "#d9a400"
MARCH = ("s", "D")  # the marker of each side
FIRES = {"sortie": "v", "bomb": "X", "ambush": "P"}  # markers
NOW = {"sortie": "Strikes", "bomb": "Vehicle bomb", "ambush": "Ambush"}
NUMBERS = 6.0  # points


def named(name: str) -> str:
    """The name of a place as it stands on a map: without an article and what explains it."""
    text = name.split(",")[0].split(" with ")[0].split(" that ")[0].removeprefix("the ").strip()
    return text[0].upper() + text[1:] if text else name
