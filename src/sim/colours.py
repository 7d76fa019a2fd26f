"""Colours made brighter or darker until they can be told apart by that alone. Source: the definition of sRGB."""


def luminance(colour: str | tuple[float, float, float]) -> float:
    """How bright a colour is, `#rrggbb` or its parts, from 0 to 1."""
    return sum(weight * linear(part) for weight, part in zip((0.2126, 0.7152, 0.0722), parts(colour), strict=True))


def toned(colour: str, bright: float) -> tuple[float, float, float]:
    """The colour mixed with white or black until it is that bright: tones stay apart for any kind of colour vision."""
    own = luminance(colour)
    red, green, blue = (linear(part) for part in parts(colour))
    if own < bright:
        share = (bright - own) / (1 - own)
        mixed = [part + share * (1 - part) for part in (red, green, blue)]
    else:
        mixed = [part * bright / own for part in (red, green, blue)]
    return gamma(mixed[0]), gamma(mixed[1]), gamma(mixed[2])


def parts(colour: str | tuple[float, float, float]) -> tuple[float, float, float]:
    """Red, green and blue of a colour, each from 0 to 1."""
    if isinstance(colour, tuple):
        return colour
    red, green, blue = (int(colour[first : first + 2], 16) / 255 for first in (1, 3, 5))
    return red, green, blue


def linear(part: float) -> float:
    """A channel of sRGB as light."""
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def gamma(light: float) -> float:
    """Light as a channel of sRGB."""
    part = light * 12.92 if light <= 0.0031308 else 1.055 * light ** (1 / 2.4) - 0.055
    return min(max(part, 0.0), 1.0)
