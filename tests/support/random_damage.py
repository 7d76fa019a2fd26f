"""Damage to stored outputs, drawn at random: by a disk (bytes) and by an editor (values of the manifest)."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from support.corruption import JUNK, Chooser, holder, nodes
from support.manifests import reseal


def flip_bit(path: Path, dice: Chooser) -> None:
    raw = bytearray(path.read_bytes())
    raw[dice.below(len(raw))] ^= 1 << dice.below(8)
    path.write_bytes(raw)


def cut_short(path: Path, dice: Chooser) -> None:
    raw = path.read_bytes()
    path.write_bytes(raw[: dice.below(len(raw))])


def blank_out(path: Path, dice: Chooser) -> None:
    """A run of bytes overwritten by others: a bad block, or a page of something else."""
    raw = bytearray(path.read_bytes())
    begin, length = dice.below(len(raw)), 1 + dice.below(512)
    raw[begin : begin + length] = bytes([dice.one_of((1, 127, 255))]) * len(raw[begin : begin + length])
    path.write_bytes(raw + b"x" * (bytes(raw) == path.read_bytes()))


def leave_out(path: Path, dice: Chooser) -> None:
    raw = path.read_bytes()
    begin = dice.below(len(raw))
    path.write_bytes(raw[:begin] + raw[begin + 1 + dice.below(64) :])


def append(path: Path, dice: Chooser) -> None:
    path.write_bytes(path.read_bytes() + bytes([dice.below(256)]) * (1 + dice.below(100)))


def swap_with_another(path: Path, dice: Chooser) -> None:
    """The content of another file of the folder."""
    others = sorted(each for each in path.parent.iterdir() if each.is_file() and each.read_bytes() != path.read_bytes())
    shutil.copy(dice.one_of(others), path)


def remove(path: Path, dice: Chooser) -> None:
    path.unlink()


BYTE_WAYS: tuple[Callable[[Path, Chooser], None], ...] = (
    flip_bit, cut_short, blank_out, leave_out, append, swap_with_another, remove,
)  # fmt: skip


def damage_bytes(folder: Path, number: int) -> str:
    """Damage one sealed file, or the manifest, in some way; the number decides everything."""
    dice = Chooser("damaged bytes", number)
    files = sorted(json.loads((folder / "run.json").read_text())["files"])
    name, way = dice.one_of([*files, "run.json"]), dice.one_of(BYTE_WAYS)
    way(folder / name, dice)
    return f"{way.__name__} {name}"


def damage_manifest(folder: Path, number: int, *, sealed: bool) -> str:
    """Put junk into the manifest, or take something out; sealed again, it is a forgery and no accident."""
    dice = Chooser("damaged manifest", number)
    path = folder / "run.json"
    data: dict[str, Any] = json.loads(path.read_text())
    own = [each for each in nodes(data) if each[0] not in ("files", "seal", "schema")]
    where = dice.one_of(own)
    if dice.below(4) and isinstance(where[-1], str):
        holder(data, where)[where[-1]] = dice.one_of(JUNK)
    elif isinstance(where[-1], str):
        del holder(data, where)[where[-1]]
    else:
        holder(data, where)[where[-1]] = dice.one_of(JUNK)
    try:
        path.write_text(json.dumps(data), encoding="utf-8")
        if sealed:
            reseal(folder)
    except (TypeError, ValueError, UnicodeEncodeError):  # no JSON: a key that is no text
        path.write_text("{", encoding="utf-8")
    return f"{'forged' if sealed else 'edited'} {'.'.join(map(str, where))}"
