"""Colours made brighter or darker until they can be distinguished by that alone. Source: the definition of sRGB."""


def compute_luminance(colour: str | tuple[float, float, float]) -> float:
    """How bright a colour is, `#rrggbb` or its parts, from 0 to 1."""
    return sum(
        weight * linearize_channel(channel)
        for weight, channel in zip((0.2126, 0.7152, 0.0722), split_channels(colour), strict=True)
    )


def adjust_luminance(colour: str, target_luminance: float) -> tuple[float, float, float]:
    """The colour mixed with white or black until it is that bright: tones stay apart for any kind of colour vision."""
    current = compute_luminance(colour)
    red, green, blue = (linearize_channel(channel) for channel in split_channels(colour))
    if current < target_luminance:
        share = (target_luminance - current) / (1 - current)
        mixed = [part + share * (1 - part) for part in (red, green, blue)]
    else:
        mixed = [part * target_luminance / current for part in (red, green, blue)]
    return encode_channel(mixed[0]), encode_channel(mixed[1]), encode_channel(mixed[2])


def split_channels(colour: str | tuple[float, float, float]) -> tuple[float, float, float]:
    """Red, green and blue of a colour, each from 0 to 1."""
    if isinstance(colour, tuple):
        return colour
    red, green, blue = (int(colour[first : first + 2], 16) / 255 for first in (1, 3, 5))
    return red, green, blue


def linearize_channel(channel: float) -> float:
    """A channel of sRGB as light."""
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def encode_channel(intensity: float) -> float:
    """Light as a channel of sRGB."""
    channel = intensity * 12.92 if intensity <= 0.0031308 else 1.055 * intensity ** (1 / 2.4) - 0.055
    return min(max(channel, 0.0), 1.0)
