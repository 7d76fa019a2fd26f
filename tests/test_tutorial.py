"""The tutorial and the how-tos as a reader follows them: every block is carried out, and prints what the page says.

A block of text after a block of commands is what these print: `...` stands for anything, alone in a line for any
lines. A block that begins with `# not here` is not carried out.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

DOCS = Path(__file__).resolve().parent.parent / "docs"
TUTORIAL = DOCS / "tutorial.md"
HOW_TOS = sorted((DOCS / "how_to").glob("*.md"))
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def list_blocks(page: str) -> Iterator[tuple[str, str, str | None]]:
    """Language, commands and, if the page says it, output of each block that is to be carried out."""
    found = [(match[1], match[2]) for match in BLOCK.finditer(page)]
    for number, (language, text) in enumerate(found):
        if language in ("bash", "python") and not text.startswith("# not here"):
            following = found[number + 1] if number + 1 < len(found) else ("", "")
            yield language, text, following[1] if following[0] == "text" else None


def compile_pattern(expected: str) -> re.Pattern[str]:
    """What the page says is printed, as a pattern."""
    lines = [re.escape(line.rstrip()).replace(r"\.\.\.", ".*") for line in expected.rstrip().split("\n")]
    text = "\n".join(r"(?:.*\n)*?.*" if line == ".*" else rf"{line} *" for line in lines)
    return re.compile(text + r"\n?")


def run_block(language: str, text: str, folder: Path) -> str:
    """What a block prints; it must end well."""
    bin = Path(sys.executable).parent
    env = os.environ | {"PATH": f"{bin}{os.pathsep}{os.environ['PATH']}", "COLUMNS": "140"}
    call = ["bash", "-euo", "pipefail", "-c", text] if language == "bash" else [sys.executable, "-c", text]
    done = subprocess.run(call, cwd=folder, env=env, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, f"{text}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.mark.slow
def test_every_step_of_the_tutorial_can_be_followed(tmp_path):
    steps = list(list_blocks(TUTORIAL.read_text(encoding="utf-8")))
    assert len(steps) >= 10
    assert sum(expected is not None for _, _, expected in steps) >= 8
    follow_steps(steps, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("page", HOW_TOS, ids=lambda page: page.stem)
def test_every_step_of_a_how_to_can_be_followed(page, tmp_path):
    steps = list(list_blocks(page.read_text(encoding="utf-8")))
    assert steps
    follow_steps(steps, tmp_path)


def follow_steps(steps: list[tuple[str, str, str | None]], folder: Path) -> None:
    """Carry the blocks out one after the other in a folder; fail at the first that prints something else."""
    for language, text, expected in steps:
        out = run_block(language, text, folder)
        if expected is not None:
            plain = "\n".join(line.rstrip() for line in out.rstrip().split("\n"))
            assert compile_pattern(expected).fullmatch(plain), f"{text}\nprints\n{plain}\nand not\n{expected}"


@pytest.mark.parametrize(
    ("expected", "out", "fits"),
    [
        ("a\n", "a", True),
        ("a ... c\n", "a b c", True),
        ("a\n...\nd\n", "a\nb\nc\nd", True),
        ("a\n...\nd\n", "a\nb\nc", False),
        ("7 of 9\n", "8 of 9", False),
        ("a.b\n", "axb", False),
    ],
)
def test_what_is_printed_is_compared(expected, out, fits):
    assert bool(compile_pattern(expected).fullmatch(out)) == fits
