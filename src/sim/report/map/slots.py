"""Where the forces of each side stand beside the sign of a place, so that they cover neither it nor one another."""

from collections.abc import Sequence

from sim.report.map.labels import DIRECTIONS, Box, Sign, beside

REACH = (2.0, 6.0, 12.0, 20.0, 30.0, 42.0, 56.0)  # units
ORDER = (0, 1, 15, 2, 14, 3, 13, 4, 12, 5, 11, 6, 10, 7, 9, 8)  # directions, from the first outwards

Slots = dict[tuple[str, int], Box]  # by place and side


def slots(signs: Sequence[Sign], size: tuple[float, float], width: float, height: float, kept: Sequence[Box]) -> Slots:
    """A box for each place and side: the first side's to the left, the second's to the right, where there is room."""
    taken = [*kept, *(sign.box for sign in signs)]
    found: Slots = {}
    for sign in sorted(signs, key=lambda each: (-each.weight, each.id)):
        for side, towards in enumerate((DIRECTIONS // 2, 0)):
            box = free(sign, towards, size, width, height, taken)
            found[sign.id, side] = box
            taken.append(box)
    return found


def free(sign: Sign, towards: int, size: tuple[float, float], width: float, height: float, taken: Sequence[Box]) -> Box:
    """The nearest free box; the one that was wanted, if there is none."""
    for reach in REACH:
        for turn in ORDER:
            box = beside(sign, reach, (towards + turn) % DIRECTIONS, *size)
            if box.inside(width, height) and not any(box.overlaps(other) for other in taken):
                return box
    return beside(sign, REACH[0], towards, *size)
