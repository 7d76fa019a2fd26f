"""Small files that carry a digest of all their other fields, which shows a change by hand."""

import json
from functools import lru_cache
from pathlib import Path
from typing import Self, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from sim.storage.atomic import write_atomic
from sim.storage.fingerprint import compute_digest

DIGEST = "digest"  # the name of the field, the last one of each model


class SealedModel(BaseModel):
    """The content of such a file; each kind of file has its fields, and `digest: str = ""` after them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    def compute_seal(self) -> str:
        """The digest of all other fields."""
        return compute_digest(self.model_dump(exclude={DIGEST}))

    @property
    def is_sealed(self) -> bool:
        """Whether the digest that it has is that of its other fields."""
        return bool(self.model_dump(include={DIGEST})[DIGEST] == self.compute_seal())

    def seal(self) -> Self:
        """The same with its digest."""
        return self.model_copy(update={DIGEST: self.compute_seal()})

    def write(self, path: Path, indent: int | None = None) -> None:
        """Write it as JSON, whole or not at all."""
        text = json.dumps(self.model_dump(), indent=indent) + "\n"
        write_atomic(path, lambda partial: partial.write_text(text, encoding="utf-8"))


ShippedModel = TypeVar("ShippedModel", bound=SealedModel)


def read_shipped(model: type[ShippedModel], path: Path) -> ShippedModel | None:
    """What a file holds that is shipped with a scenario; None if there is none, or it is damaged.

    Parameters
    ----------
    model
        The kind of file.
    path
        Where it is. It is read once, and anew if it was written since.
    """
    return read_version(model, path, path.stat().st_mtime_ns) if path.is_file() else None


@lru_cache(maxsize=8)
def read_version(model: type[ShippedModel], path: Path, modified: int) -> ShippedModel | None:
    """The file as it was when it was `modified`."""
    try:
        stored = model.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return None
    return stored if stored.is_sealed else None
