"""`python -m tools.mutants`: put faults into the source, one at a time, and count those that the tests notice.

    python -m tools.mutants [TARGET ...] [sample=N] [seed=N] [page=FILE]

A sample of all mutants of each target (`targets.py`) is drawn by the seed. Results are kept in `.mutants/`, so that a
run that is stopped goes on; survivors are listed there, to be read one by one. Those that no test could notice are in
`equivalent.yaml`, each with its reason. `page=` puts the rows into the table of a page, in the place of those of the
same targets and seed; the others stay.
"""

import json
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from ruamel.yaml import YAML

from tools.mutants.mutations import Mutant, changes_behaviour, extract_changed_lines, list_mutants
from tools.mutants.targets import TARGETS
from tools.mutants.trials import ENDLESS, KILLED, SURVIVED, copy_project, preload_libraries, run_tests

ROOT = Path(__file__).resolve().parent.parent.parent
RESULTS = ROOT / ".mutants"
EQUIVALENT = Path(__file__).parent / "equivalent.yaml"
HEADINGS = ("what", "seed", "mutants", "tried", "killed", "of these endless", "survived", "equivalent", "killed, %")


def draw_sample(target: str, size: int, seed: int) -> tuple[list[Mutant], int]:
    """A sample of a target's mutants, and how many there are in all."""
    from sim import random_streams

    files = sorted({str(path.relative_to(ROOT)) for each in TARGETS[target].files for path in ROOT.glob(each)})
    mutants = [mutant for file in files for mutant in list_mutants(file, ROOT)]
    names = random_streams.stream_keys([f"{each.file} {each.operator} {each.occurrence}" for each in mutants])
    order = random_streams.random_bits(names, seed, 0, names * 0, 1)[:, 0].argsort()
    sample: list[Mutant] = []
    for number in order.tolist():
        original = (ROOT / mutants[number].file).read_text(encoding="utf-8")
        if changes_behaviour(original, mutants[number].apply(original)):
            sample.append(mutants[number])
        if len(sample) == size:
            break
    return sample, len(mutants)


def load_equivalents() -> dict[tuple[str, str, str], str]:
    """The faults that no test could notice, by file and lines, with the reason."""
    if not EQUIVALENT.exists():
        return {}
    listed = YAML(typ="safe").load(EQUIVALENT.read_text(encoding="utf-8")) or []
    return {(each["file"], each["was"], each["becomes"]): each["reason"] for each in listed}


def try_mutants(target: str, sample: list[Mutant], progress: Progress) -> list[dict[str, Any]]:
    """The outcome of each mutant: read if it is known, else found by running the tests.

    A killed one stays killed. A survivor is tried again once a file of the target or of its tests has changed.
    """
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{target}.jsonl"
    known = {}
    if path.exists():
        for line in path.read_text(encoding="utf-8").splitlines():
            entry = json.loads(line)
            known[entry["file"], entry["was"], entry["becomes"]] = entry
    digest, is_sound = compute_state_digest(target), False
    task = progress.add_task(target, total=len(sample))
    entries = []
    with copy_project(ROOT) as copy, path.open("a", encoding="utf-8") as file:
        for mutant in sample:
            original = (ROOT / mutant.file).read_text(encoding="utf-8")
            mutated = mutant.apply(original)
            was, becomes = extract_changed_lines(original, mutated)
            entry = known.get((mutant.file, was, becomes))
            if entry is None or (entry["outcome"] == SURVIVED and entry.get("state") != digest):
                if not is_sound and run_tests(copy, TARGETS[target])[0] != SURVIVED:
                    sys.exit(f"mutants: the tests of {target} fail without any fault")
                is_sound = True
                (copy / mutant.file).write_text(mutated, encoding="utf-8")
                result, seconds = run_tests(copy, TARGETS[target])
                (copy / mutant.file).write_text(original, encoding="utf-8")
                entry = {"file": mutant.file, "operator": mutant.operator, "was": was, "becomes": becomes}
                entry |= {"outcome": result, "seconds": round(seconds, 1), "state": digest}
                file.write(json.dumps(entry, ensure_ascii=False) + "\n")
                file.flush()
            entries.append(entry)
            progress.advance(task)
    return entries


def compute_state_digest(target: str) -> str:
    """A digest of the files of a target and of its tests."""
    tests = [f"tests/{name}" for name in TARGETS[target].tests]
    files = sorted(path for each in (*TARGETS[target].files, *tests) for path in ROOT.glob(each))
    return sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:16]


def make_row(
    target: str, seed: str, total: int, entries: list[dict[str, Any]], equivalents: dict[tuple[str, str, str], str]
) -> tuple[Any, ...]:
    """The counts of a target; its survivors are written into a file of their own."""
    equivalent = [each for each in entries if each["outcome"] == SURVIVED and get_key(each) in equivalents]
    survivors = [each for each in entries if each["outcome"] == SURVIVED and get_key(each) not in equivalents]
    text = "".join(f"{each['file']}\n  - {each['was']}\n  + {each['becomes']}\n" for each in survivors)
    (RESULTS / f"{target}.survivors").write_text(text, encoding="utf-8")
    endless = sum(each["outcome"] == ENDLESS for each in entries)
    killed = sum(each["outcome"] == KILLED for each in entries) + endless
    share = 100 * killed / max(1, len(entries) - len(equivalent))
    return target, seed, total, len(entries), killed, endless, len(survivors), len(equivalent), f"{share:.0f}"


def list_other_rows(page: str, rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """The rows of a page's table that are of other targets, or of another seed."""
    block = page.partition("<!-- mutants -->")[2].partition("<!-- end of mutants -->")[0]
    rows_of_page = [
        tuple(cell.strip() for cell in line.strip("|").split("|")) for line in block.split("\n")[3:] if line
    ]
    return [each for each in rows_of_page if each[:2] not in {new[:2] for new in rows}]


def get_key(entry: dict[str, Any]) -> tuple[str, str, str]:
    """What identifies a fault, whatever the numbers of lines."""
    return entry["file"], entry["was"], entry["becomes"]


def main(argv: list[str]) -> None:
    """Try a sample of each target."""
    options = dict(argument.split("=", 1) for argument in argv if "=" in argument)
    targets = [argument for argument in argv if "=" not in argument] or [*TARGETS]
    unknown = {*targets} - {*TARGETS} | {*options} - {"sample", "seed", "page"}
    if unknown:
        sys.exit(
            f"mutants: unknown {', '.join(sorted(unknown))} (allowed: {', '.join(TARGETS)}, sample=, seed=, page=)"
        )
    preload_libraries()
    seed = options.get("seed", "1")
    samples = {target: draw_sample(target, int(options.get("sample", 100)), int(seed)) for target in targets}
    for name in [name for name in sys.modules if name == "sim" or name.startswith("sim.")]:
        del sys.modules[name]  # each child loads its own
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    rows = []
    with Progress(*columns, console=Console(stderr=True)) as progress:
        for target, (sample, total) in samples.items():
            if sample:
                entries = try_mutants(target, sample, progress)
                rows.append(make_row(target, seed, total, entries, load_equivalents()))
    from sim.report.validation_page import fill_block, format_markdown_table

    print(format_markdown_table(HEADINGS, rows))
    if "page" in options:
        page = Path(options["page"])
        text = page.read_text(encoding="utf-8")
        all_rows = sorted(
            [*list_other_rows(text, rows), *rows], key=lambda each: (list(TARGETS).index(each[0]), int(each[1]))
        )
        page.write_text(fill_block(text, "mutants", format_markdown_table(HEADINGS, all_rows)), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
