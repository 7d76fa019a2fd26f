"""Files made to do harm: refused at once, in bounded time and memory, and nothing of them is carried out."""

import os
import re
import socket
from collections.abc import Callable
from pathlib import Path

import pytest
from support.corruption import TEXT, damaged

from sim import paths
from sim.scenario.yaml_parser import MAX_BYTES

SECONDS = 20  # of CPU, after which the system ends a process; a file of the largest size takes one
WAITING = 600  # s by the clock: a busy machine takes its time, what waits for a pipe waits for ever
BEYOND = 700  # MB that the largest file that is read at all may take beside what Python and its libraries do
LIMITS = f"""
import resource, signal
signal.alarm({WAITING})
resource.setrlimit(resource.RLIMIT_CPU, ({SECONDS}, {SECONDS}))
resource.setrlimit(resource.RLIMIT_AS, (6 * 2**30, 6 * 2**30))
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))  # room for a message
"""
EVIL = "touched"  # the file that hostile code would make


def writer(content: str | bytes) -> Callable[[Path], None]:
    """What writes a file of some content."""
    raw = content.encode() if isinstance(content, str) else content
    return lambda path: path.write_bytes(raw)  # type: ignore[return-value]


def sparse(size: int) -> Callable[[Path], None]:
    """What makes a file of so many zero bytes."""

    def make(path: Path) -> None:
        with path.open("wb") as file:
            file.truncate(size)

    return make


def bound_socket(path: Path) -> None:
    """A socket under the name of a file."""
    here = os.getcwd()
    os.chdir(path.parent)  # a socket's name is short
    try:
        socket.socket(socket.AF_UNIX).bind(path.name)
    finally:
        os.chdir(here)


def to_itself(path: Path) -> None:
    path.symlink_to(path.name)


def nobody_may_read(path: Path) -> None:
    path.write_text(TEXT)
    path.chmod(0)


def bomb(levels: int, width: int) -> str:
    """Lists of aliases of lists of aliases."""
    return f"a0: &a0 [{','.join('x' * width)}]\n" + "".join(
        f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * width)}]\n" for n in range(1, levels)
    )


MERGES = "a0: &a0 {x: 1}\n" + "".join(f"a{n}: &a{n} {{<<: [*a{n - 1}, *a{n - 1}]}}\n" for n in range(1, 60))
TOUCH = f"!!python/object/apply:os.system ['touch {EVIL}']"

# What makes a file, and a pattern of the message about it.
FILES: dict[str, tuple[Callable[[Path], object], str]] = {
    "aliases of aliases": (writer(bomb(30, 10)), "more than 500,000 values"),
    "aliases of aliases, in a scenario": (writer(TEXT + bomb(60, 10)), "more than 500,000 values|levels deep"),
    "merges of merges": (writer(MERGES + TEXT), "is not a key known here"),
    "a mapping that holds itself": (
        writer("schema: 2\na: &a {b: *a}\n"),
        "not valid YAML: alias 'a' stands within its own anchor",
    ),
    "a merge of itself": (writer("a: &a {<<: *a, b: 1}\n"), "not valid YAML: alias 'a' stands within its own anchor"),
    "40,000 anchors": (
        writer("schema: 2\n" + "".join(f"a{n}: &b{n} x\n" for n in range(40_000))),
        "is not a key known here",
    ),
    "calls a program": (writer(damaged(("retrieved: never", f"retrieved: {TOUCH}"))), "not valid YAML: found a tag"),
    "calls a program at the top": (writer(TOUCH), "not valid YAML: found a tag"),
    "imports a module": (writer(damaged(("never", "!!python/module:this"))), "not valid YAML: found a tag"),
    "a name of Python": (writer(damaged(("never", "!!python/name:os.system"))), "not valid YAML: found a tag"),
    "a tag of its own": (writer(damaged(("never", "!danger {a: b}"))), "not valid YAML: found a tag"),
    "100 MB": (sparse(100_000_000), "too large for a scenario"),
    "a terabyte": (sparse(2**40), "too large for a scenario"),
    "as large as may be, of one word": (writer("schema: 2\na: " + "x" * (MAX_BYTES - 20)), "is not a key known here"),
    "as large as may be, of spaces": (writer("schema: 2\na:" + " " * (MAX_BYTES - 20)), "is not a key known here"),
    "as large as may be, of brackets": (writer("[" * (MAX_BYTES - 10)), "levels deep"),
    "as large as may be, of quotes": (writer("schema: 2\na: " + "'" * (MAX_BYTES - 20)), "not valid YAML|is not a key"),
    "as large as may be, of question marks": (writer("? " * (MAX_BYTES // 2 - 10)), "found a mapping as a key"),
    "as large as may be, of dashes": (writer("- " * (MAX_BYTES // 2 - 10)), "levels deep"),
    "deep": (writer("a: " + "[" * 100_000), "levels deep"),
    "deep and closed": (writer("a: " + "[" * 900 + "]" * 900), "levels deep"),
    "deep in mappings": (writer("{a: " * 100_000), "levels deep"),
    "deep by indenting": (writer("".join(f"{' ' * n}a:\n" for n in range(900))), "levels deep"),
    "a number of a million digits": (writer(damaged(("low: 100", "low: " + "9" * 900_000))), "low|not valid YAML"),
    "a number of many hex digits": (writer(damaged(("low: 100", "low: 0x" + "f" * 50_000))), "low|not valid YAML"),
    "a key of a million letters": (writer("schema: 2\n" + "a" * 900_000 + ": b\n"), "not valid YAML|is not a key"),
    "NUL": (writer(damaged(("never", "ne\0ver"))), "not valid YAML: unacceptable character #x0000"),
    "an escaped NUL": (writer(damaged(("never", '"ne\\0ver"'))), "control character"),
    "half a surrogate": (writer(damaged(("never", '"ne\\ud800ver"'))), "not valid YAML|control character"),
    "orders to a terminal": (writer(damaged(("title:", 'note: "\\e]0;x\\a"\ntitle:'))), "control character|note"),
    "bytes": (writer(bytes(range(256)) * 100), "not text"),
    "a program": (writer(b"\x7fELF" + bytes(4000)), "not valid YAML|not text"),
    "a zip": (writer(b"PK\x03\x04" + b"\xff" * 4000), "not text"),
    "UTF-16": (writer(TEXT.encode("utf-16")), "not text"),
    "UTF-32": (writer(TEXT.encode("utf-32")), "not text"),
    "Latin-1": (writer(damaged(("never", "nevér")).encode("latin-1")), "not text"),
    "empty": (writer(""), "got nothing"),
    "a pipe": (os.mkfifo, "can't be read: not an ordinary file"),
    "a socket": (bound_socket, "can't be read: not an ordinary file"),
    "a folder": (os.mkdir, "can't be read: Is a directory"),
    "endless zeros": (lambda path: path.symlink_to("/dev/zero"), "can't be read: not an ordinary file"),
    "a terminal": (lambda path: path.symlink_to("/dev/tty"), "can't be read: not an ordinary file"),
    "memory": (lambda path: path.symlink_to("/proc/self/mem"), "can't be read|not text"),
    "a link to nothing": (lambda path: path.symlink_to("nothing"), "no such file"),
    "a link to itself": (to_itself, "no such file|can't be read"),
}
SLOW = {name for name in FILES if any(word in name for word in ("as large as may be", "40,000", "million"))} | {"deep"}
NOT_FOR_ROOT = {"forbidden": (nobody_may_read, "can't be read: Permission denied")}


def assert_refused(
    nursery, folder: Path, name: str, make: Callable[[Path], object], pattern: str, command: str = "check"
):
    """A call with a hostile file: it must be refused, and nothing else may come of it."""
    path = folder / "hostile.yaml"
    make(path)
    words = [str(path)] if command == "check" else [f"scenario={path}", "runs=1", f"outputs={folder}/out"]
    ended = nursery.call(command, *words, first=LIMITS, env={"XDG_CACHE_HOME": str(folder)}, folder=str(folder))
    assert ended.was_refused, (name, ended.code, ended.err[:2000])
    assert re.search(pattern, ended.err), (name, ended.err[:2000])
    assert len(ended.err) < 20_000, name
    left = {each.name for each in folder.iterdir()} - {paths.cache_folder().name}  # settings composed before
    assert left == {"hostile.yaml"}, name
    return ended


def test_of_very_many_faults_the_first_are_listed_and_the_others_counted(nursery, tmp_path):
    """A message of a megabyte helps nobody."""
    path = tmp_path / "t.yaml"
    path.write_text("schema: 2\n" + "".join(f"a{n}: x\n" for n in range(2_000)), encoding="utf-8")
    ended = nursery.call("check", str(path))
    assert ended.was_refused
    lines = ended.err.splitlines()
    assert len(lines) == 101
    assert re.fullmatch(r"sim: and 1,9\d\d more", lines[-1])


@pytest.fixture(scope="module")
def bare(nursery) -> float:
    """What a call takes that reads nothing."""
    return nursery.call("check", "--help").megabytes


@pytest.mark.parametrize("name", [name for name in FILES if name not in SLOW])
def test_a_hostile_file_is_refused_and_harms_nothing(name, nursery, bare, tmp_path):
    ended = assert_refused(nursery, tmp_path, name, *FILES[name])
    assert ended.megabytes < bare + BEYOND


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_forbidden_file_is_reported(nursery, tmp_path):
    assert_refused(nursery, tmp_path, "forbidden", *NOT_FOR_ROOT["forbidden"])


@pytest.mark.parametrize("name", ["a pipe", "calls a program"])
def test_a_run_takes_no_hostile_file_either(name, nursery, tmp_path):
    assert_refused(nursery, tmp_path, name, *FILES[name], command="run")


@pytest.mark.hard
@pytest.mark.parametrize("name", FILES)
def test_what_a_hostile_file_takes(name, nursery, bare, tmp_path, tried):
    ended = assert_refused(nursery, tmp_path, name, *FILES[name])
    assert ended.megabytes < bare + BEYOND
    message = re.sub(r"^.*?hostile\.yaml(?::\d+:\d+)?: ", "", ended.err.splitlines()[0])
    short = message if len(message) < 90 else message[:87] + "..."
    tried.note("hostile files", name, f"`{short}`", f"{ended.cpu:.1f}", f"{ended.megabytes:.0f}")


def test_a_mark_at_the_beginning_of_a_text_is_no_fault(nursery, tmp_path):
    """Some editors write it."""
    path = tmp_path / "t.yaml"
    path.write_text(TEXT, encoding="utf-8-sig")
    assert nursery.call("check", str(path)).code == 0


def test_lines_may_end_as_other_systems_end_them(nursery, tmp_path):
    path = tmp_path / "t.yaml"
    path.write_text(TEXT, encoding="utf-8", newline="\r\n")
    assert nursery.call("check", str(path)).code == 0
