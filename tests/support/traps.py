"""Traps on the disk: files that a hostile setting would reach, and how a test sees that it did."""

import os
import pickle
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim import paths

SECRET = "xyzzy-canary-4711"  # in the environment of every call; it may be nowhere else
NAME = "SECRET_TOKEN"
CALLBACK = "hydra: {{callbacks: {{x: {{_target_: joblib.load, filename: {pickle}}}}}}}"
LEAK = "leak: {kind: sorties, order_kind: airstrike, factor: 0, description: '${oc.env:SECRET_TOKEN}'}"


class Touch:
    """Makes a file when it is unpickled."""

    def __init__(self, path: Path):
        self.path = path

    def __reduce__(self) -> Any:
        return os.system, (f"touch '{self.path}'",)


@dataclass
class Trap:
    """A folder to work in, and beside it what nobody may open."""

    root: Path

    def __post_init__(self) -> None:
        for folder in (self.work, self.outside):
            folder.mkdir(parents=True)
        self.pickle.write_bytes(pickle.dumps(Touch(self.root / "canary")))
        callback = CALLBACK.format(pickle=self.pickle)
        (self.outside / "evil.yaml").write_text(f"# @package _global_\n{callback}\nperturb:\n  {LEAK}\n")
        for place in (self.work, self.work / "perturb", self.work / "conf" / "perturb"):
            place.mkdir(parents=True, exist_ok=True)
            shutil.copy(self.outside / "evil.yaml", place)
        self.before = self.listing()

    @property
    def work(self) -> Path:
        return self.root / "work"

    @property
    def outside(self) -> Path:
        return self.root / "outside"

    @property
    def pickle(self) -> Path:
        return self.outside / "p.pkl"

    def reach(self, way: str, group: str) -> str:
        """The hostile file outside as a value of a group."""
        relative = os.path.relpath(self.outside / "evil", paths.conf_folder() / group)
        return {
            "relative": relative,
            "from the working folder": "./perturb/evil",
            "absolute": str(self.outside / "evil"),
            "with its ending": f"{relative}.yaml",
            "as a URL": f"file://{self.outside}/evil",
            "as a package": f"pkg://hydra.conf/{relative}",
            "encoded": relative.replace("..", "%2e%2e"),
            "by the folder itself": f"./{relative}",
            "by the group": f"../{group.split('/')[-1]}/{relative}",
            "with slashes doubled": relative.replace("/", "//"),
        }[way]

    def conf(self, path: str, text: str) -> str:
        """Code by which conf/ is a copy of ours with one file more, whose text is given."""
        folder = self.root / "settings"
        shutil.copytree(paths.conf_folder(), folder)
        text = text.replace("CALLBACK", CALLBACK.format(pickle=self.pickle)).replace("PICKLE", str(self.pickle))
        text = text.replace("OUTSIDE", os.path.relpath(self.outside, (folder / path).parent))
        (folder / path).write_text(text)
        self.before = self.listing()
        return f"from pathlib import Path; from sim import paths; paths.conf_folder = lambda: Path({str(folder)!r})"

    def call(self, nursery, *words: str, first: str = ""):
        """Call `sim` in the folder to work in, with the secret in its environment."""
        return nursery.call(*words, first=first, env={NAME: SECRET}, folder=str(self.work))

    def assert_untouched(self, ended) -> None:
        """A call was refused, nothing was made or changed, and the secret is printed nowhere."""
        assert ended.was_refused, (ended.code, ended.err[-2000:], ended.out[-500:])
        assert SECRET not in ended.out + ended.err
        assert self.listing() == self.before

    def listing(self) -> dict[str, bytes]:
        """Every file below the root, and what is in it."""
        return {str(path.relative_to(self.root)): content(path) for path in sorted(self.root.rglob("*"))}


def content(path: Path) -> bytes:
    """What is in a file; a folder has nothing."""
    return path.read_bytes() if path.is_file() else b""


REACHES = ("relative", "from the working folder", "absolute", "with its ending", "as a URL", "as a package", "encoded",
           "by the folder itself", "by the group", "with slashes doubled")  # fmt: skip
