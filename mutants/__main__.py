"""`python -m mutants`: put faults into the source, one at a time, and count those that the tests notice.

    python -m mutants [TARGET ...] [sample=N] [seed=N] [page=FILE]

A sample of all mutants of each target (`mutants/targets.py`) is drawn by the seed. What is found is kept in
`.mutants/`, so that a run that is stopped goes on; survivors are listed there, to be read one by one. Those that
no test could notice are told in `mutants/equivalent.yaml`, each with its reason. `page=` puts the rows into the table
of a page, in the place of those of the same targets and seed; the others stay.
"""

import json
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from ruamel.yaml import YAML

from mutants.making import Mutant, is_a_fault, mutants_of, told
from mutants.targets import TARGETS
from mutants.trying import ENDLESS, KILLED, SURVIVED, copied, load, outcome

ROOT = Path(__file__).resolve().parent.parent
KEPT = ROOT / ".mutants"
EQUIVALENT = Path(__file__).parent / "equivalent.yaml"
HEADINGS = ("what", "seed", "mutants", "tried", "killed", "of these endless", "survived", "equivalent", "killed, %")


def drawn(target: str, sample: int, seed: int) -> tuple[list[Mutant], int]:
    """A sample of a target's mutants, and how many there are in all."""
    from sim import dice

    files = sorted({str(path.relative_to(ROOT)) for each in TARGETS[target].files for path in ROOT.glob(each)})
    every = [mutant for file in files for mutant in mutants_of(file, ROOT)]
    names = dice.keys([f"{each.file} {each.operator} {each.occurrence}" for each in every])
    order = dice.words(names, seed, 0, names * 0, 1)[:, 0].argsort()
    found: list[Mutant] = []
    for number in order.tolist():
        honest = (ROOT / every[number].file).read_text(encoding="utf-8")
        if is_a_fault(honest, every[number].source(honest)):
            found.append(every[number])
        if len(found) == sample:
            break
    return found, len(every)


def equivalents() -> dict[tuple[str, str, str], str]:
    """The faults that are none, by file and lines, with the reason."""
    if not EQUIVALENT.exists():
        return {}
    listed = YAML(typ="safe").load(EQUIVALENT.read_text(encoding="utf-8")) or []
    return {(each["file"], each["was"], each["becomes"]): each["reason"] for each in listed}


def tried(target: str, chosen: list[Mutant], progress: Progress) -> list[dict[str, Any]]:
    """What became of each mutant: read if it is known, else found out.

    Who was killed stays so. Who survived is tried again once a file of the target or of its tests is another.
    """
    KEPT.mkdir(exist_ok=True)
    path = KEPT / f"{target}.jsonl"
    known = {}
    if path.exists():
        for line in path.read_text(encoding="utf-8").splitlines():
            entry = json.loads(line)
            known[entry["file"], entry["was"], entry["becomes"]] = entry
    now, sound = state(target), False
    task = progress.add_task(target, total=len(chosen))
    found = []
    with copied(ROOT) as copy, path.open("a", encoding="utf-8") as kept:
        for mutant in chosen:
            honest = (ROOT / mutant.file).read_text(encoding="utf-8")
            spoilt = mutant.source(honest)
            was, becomes = told(honest, spoilt)
            entry = known.get((mutant.file, was, becomes))
            if entry is None or (entry["outcome"] == SURVIVED and entry.get("state") != now):
                if not sound and outcome(copy, TARGETS[target])[0] != SURVIVED:
                    sys.exit(f"mutants: the tests of {target} fail without any fault")
                sound = True
                (copy / mutant.file).write_text(spoilt, encoding="utf-8")
                result, seconds = outcome(copy, TARGETS[target])
                (copy / mutant.file).write_text(honest, encoding="utf-8")
                entry = {"file": mutant.file, "operator": mutant.operator, "was": was, "becomes": becomes}
                entry |= {"outcome": result, "seconds": round(seconds, 1), "state": now}
                kept.write(json.dumps(entry, ensure_ascii=False) + "\n")
                kept.flush()
            found.append(entry)
            progress.advance(task)
    return found


def state(target: str) -> str:
    """A digest of the files of a target and of its tests."""
    tests = [f"tests/{name}" for name in TARGETS[target].tests]
    files = sorted(path for each in (*TARGETS[target].files, *tests) for path in ROOT.glob(each))
    return sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:16]


def row(
    target: str, seed: str, total: int, entries: list[dict[str, Any]], none: dict[tuple[str, str, str], str]
) -> tuple[Any, ...]:
    """The counts of a target; its survivors are written into a file of their own."""
    same = [each for each in entries if each["outcome"] == SURVIVED and key(each) in none]
    survivors = [each for each in entries if each["outcome"] == SURVIVED and key(each) not in none]
    text = "".join(f"{each['file']}\n  - {each['was']}\n  + {each['becomes']}\n" for each in survivors)
    (KEPT / f"{target}.survivors").write_text(text, encoding="utf-8")
    endless = sum(each["outcome"] == ENDLESS for each in entries)
    killed = sum(each["outcome"] == KILLED for each in entries) + endless
    share = 100 * killed / max(1, len(entries) - len(same))
    return target, seed, total, len(entries), killed, endless, len(survivors), len(same), f"{share:.0f}"


def others(page: str, rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """The rows of a page's table that are of other targets, or of another seed."""
    block = page.partition("<!-- mutants -->")[2].partition("<!-- end of mutants -->")[0]
    there = [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in block.split("\n")[3:] if line]
    return [each for each in there if each[:2] not in {new[:2] for new in rows}]


def key(entry: dict[str, Any]) -> tuple[str, str, str]:
    """What tells one fault from another, whatever the numbers of lines."""
    return entry["file"], entry["was"], entry["becomes"]


def main(words: list[str]) -> None:
    """Try a sample of each target."""
    asked = dict(word.split("=", 1) for word in words if "=" in word)
    targets = [word for word in words if "=" not in word] or [name for name in TARGETS]
    unknown = {*targets} - {*TARGETS} | {*asked} - {"sample", "seed", "page"}
    if unknown:
        sys.exit(
            f"mutants: unknown {', '.join(sorted(unknown))} (allowed: {', '.join(TARGETS)}, sample=, seed=, page=)"
        )
    load()
    seed = asked.get("seed", "1")
    chosen = {target: drawn(target, int(asked.get("sample", 100)), int(seed)) for target in targets}
    for name in [name for name in sys.modules if name == "sim" or name.startswith("sim.")]:
        del sys.modules[name]  # each child loads its own
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    rows = []
    with Progress(*columns, console=Console(stderr=True)) as progress:
        for target, (sample, total) in chosen.items():
            if sample:
                rows.append(row(target, seed, total, tried(target, sample, progress), equivalents()))
    from sim.validation.page import filled, table

    print(table(HEADINGS, rows))
    if "page" in asked:
        page = Path(asked["page"])
        text = page.read_text(encoding="utf-8")
        whole = sorted([*others(text, rows), *rows], key=lambda each: (list(TARGETS).index(each[0]), int(each[1])))
        page.write_text(filled(text, "mutants", table(HEADINGS, whole)), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
