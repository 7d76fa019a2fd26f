"""What every command prints, in one file, so that a change of a word is seen in review.

Numbers stand as N, and a table's rules and gaps are left out: what is compared is the words, folded as on a screen of
`FILE_WIDTH` columns. `APPROVE=1 pytest tests/test_printed_answers.py` writes anew.
"""

import ast
import os
import re
from itertools import pairwise
from pathlib import Path

import pytest
from support.outputs import PRINTED

import sim
from sim.cli.console import FILE_WIDTH

pytestmark = pytest.mark.slow
SOURCES = Path(sim.__file__).parent
CORPUS = Path(__file__).parent / "approved" / "printed_answers.txt"
DIGEST = re.compile(r"\b(?=[a-f]*\d)[0-9a-f]{8,}\b")
NUMBER = re.compile(r"[−+-]?\d[\d,]*(\.\d+)?")
SPEED = re.compile(r"^(N battles in N s|N synthetic battles in N s|N s\.)")  # how long it took
# A code word of ours, a leftover of a template, a participle that stands for a term, a table in a box.
SPOILT = re.compile(
    r"\{|\}|\bNone\b|\bnan\b|\b[a-z]+_[a-z_]+\b(?!=)|\btold\b(?! apart)|\bat at\b|\bof of\b|\.\.$|[│┃┏└]"
)
NAMES_OF_SETTINGS = ("max_simulations", "recovery_trials")


def read_printed(root: Path) -> list[str]:
    """The lines that commands printed while they made the outputs below a folder, without what differs by machine."""
    lines = []
    for line in (root / PRINTED).read_text(encoding="utf-8").splitlines():
        words = NUMBER.sub("N", DIGEST.sub("DIGEST", " ".join(line.replace("─", "").split())))
        if words and str(root) not in line and not SPEED.match(words) and not words.startswith("N battles in"):
            lines.append(words)
    return lines


@pytest.fixture(scope="module")
def printed(outputs, inferred) -> list[str]:
    """What all commands print, in the order in which they are called."""
    roots = [folders[command].parent.parent for folders, command in ((outputs, "run"), (inferred, "sbc"))]
    return [line for root in roots for line in read_printed(root)]


def test_the_words_are_those_that_were_read(printed):
    text = "\n".join(printed) + "\n"
    if os.environ.get("APPROVE"):
        CORPUS.write_text(text, encoding="utf-8")
    assert text == CORPUS.read_text(encoding="utf-8"), "read what changed, then APPROVE=1"


def test_no_line_is_wider_than_the_screen(printed):
    assert max(map(len, printed)) <= FILE_WIDTH


def test_no_line_has_a_code_word_or_a_leftover_of_its_template():
    lines = CORPUS.read_text(encoding="utf-8").splitlines()
    assert len(lines) > 200
    plain = [re.sub("|".join(NAMES_OF_SETTINGS), "", line) for line in lines]
    assert [line for line in plain if SPOILT.search(line)] == []


COUNTED = re.compile(r"^( of the)?( more| simulated| synthetic| independent)* (battles|pairs|replications|draws)\b")


def find_bare_counts(source: str) -> list[str]:
    """Counts of battles and the like, in the program's own sentences, that would be printed without commas."""
    pairs = [
        pair
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.JoinedStr)
        for pair in pairwise(node.values)
    ]
    return [
        ast.unparse(count)
        for count, noun in pairs
        if isinstance(count, ast.FormattedValue)
        and isinstance(noun, ast.Constant)
        and COUNTED.match(str(noun.value))
        and not (count.format_spec and "," in ast.unparse(count.format_spec))
    ]


def test_counts_of_battles_have_their_commas():
    found = {path.name: find_bare_counts(path.read_text(encoding="utf-8")) for path in SOURCES.rglob("*.py")}
    assert {name: counts for name, counts in found.items() if counts} == {}
    approved = [path.read_text(encoding="utf-8") for path in CORPUS.parent.glob("*.txt")]
    assert [text for text in approved if re.search(r"\b\d{4,} (\w+ )?battles", text)] == []
    templates = [path.read_text(encoding="utf-8") for path in SOURCES.rglob("*.j2")]
    printed = [each for text in templates for each in re.findall(r"\{\{ ([^}]*) \}\} ?battle", text)]
    assert printed
    assert all(each.endswith("| thousands") for each in printed)


@pytest.mark.parametrize("sentence", ["{n} battles", "of {len(x)} simulated battles", "{n:d} pairs of battles"])
def test_a_count_without_commas_is_noticed(sentence):
    assert len(find_bare_counts(f'text = f"{sentence}"')) == 1
    assert find_bare_counts('text = f"in {n} of 100 battles, {m:,} battles, 1,000 battles"') == []


@pytest.mark.parametrize("line", ["by killing_rate", "│ N │", "what was told", "None of it is {chance}"])
def test_a_leftover_is_noticed(line):
    assert SPOILT.search(line)
