"""The locks: each line a pin with its hashes, each agrees with pyproject.toml, and `make` installs nothing else."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.version import Version

from tools.locks import ALL, FOLDER, Pin, find_unmet, list_requirements, parse_lock, read_locks, read_project

ROOT = Path(__file__).resolve().parent.parent
LOCKS = read_locks()
PROJECT = read_project()
PYTHONS = ("3.11", "3.12", "3.13")
SYSTEMS = (("linux", "Linux", "posix"), ("darwin", "Darwin", "posix"), ("win32", "Windows", "nt"))
ENVIRONMENTS = [
    {**default_environment(), "implementation_name": "cpython", "platform_python_implementation": "CPython"}
    | {"python_version": python, "python_full_version": f"{python}.9"}
    | {"sys_platform": system, "platform_system": name, "os_name": os_name}
    for python in PYTHONS
    for system, name, os_name in SYSTEMS
]
HASH = 64 * "a"
GOOD = f"simpy==4.1.1 --hash=sha256:{HASH}"
INSTALL = re.compile(r"\bpip install\b.*")
CALL_OF_INSTALL = re.compile(r"\$\(call install,[^,]*,(.*)\)\s*$", re.MULTILINE)


def find_unlocked_installs(makefile: str) -> list[str]:
    """What a Makefile installs without a lock: calls of pip beside `install`, and calls of `install` without hashes."""
    beside = [
        line
        for line in makefile.splitlines()
        if INSTALL.search(line) and not line.startswith(("install = ", "#", "COMPILE"))
    ]
    arguments = [match[1] for match in CALL_OF_INSTALL.finditer(makefile)]
    return beside + [each for each in arguments if not each.startswith(("--require-hashes -r ", "--no-deps -e ."))]


def test_there_is_a_lock_for_each_thing_that_is_installed():
    extras = {"dev", "bench", "mutation", "crosscheck"}
    assert set(LOCKS) == {ALL, "run", *extras, *PROJECT["dependency-groups"]}
    assert len(LOCKS[ALL]) > 100


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_has_what_pyproject_asks_for(lock):
    requirements = list_requirements(PROJECT, lock)
    assert requirements
    unmet = {line for each in ENVIRONMENTS for line in find_unmet(requirements, LOCKS[lock], each)}
    assert unmet == set(), "run `make lock`"


@pytest.mark.parametrize("lock", sorted({*LOCKS} - {ALL, "audit", "lock"}))
def test_the_locks_of_the_project_are_parts_of_one(lock):
    everywhere = {(pin.name, pin.version): pin.hashes for pin in LOCKS[ALL]}
    assert [pin for pin in LOCKS[lock] if everywhere.get((pin.name, pin.version)) != pin.hashes] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_no_package_is_pinned_twice_in_one_place(lock):
    for environment in ENVIRONMENTS:
        names = [pin.name for pin in LOCKS[lock] if pin.applies(environment)]
        assert len(names) == len(set(names))


@given(data=st.data())
def test_a_pin_that_is_gone_or_too_old_is_seen(data):
    lock = data.draw(st.sampled_from(sorted(LOCKS)))
    environment = data.draw(st.sampled_from(ENVIRONMENTS))
    requirements = list_requirements(PROJECT, lock)
    requirement = data.draw(st.sampled_from(requirements))
    name = requirement.name.lower().replace(".", "-")
    others = [pin for pin in LOCKS[lock] if pin.name != name]
    old = Pin(name, Version("0.0.1"), None, frozenset({HASH}))
    assert find_unmet([requirement], LOCKS[lock], environment) == []
    assert find_unmet(requirements, others, environment)
    assert find_unmet(requirements, [*others, old], environment)
    assert find_unmet(requirements, [*LOCKS[lock], old], environment)


def test_a_requirement_that_is_new_is_seen():
    wanted = [*list_requirements(PROJECT, "run"), Requirement("not-locked>=1")]
    assert find_unmet(wanted, LOCKS["run"], ENVIRONMENTS[0]) == [
        "not-locked>=1 is asked for, and the lock has nothing",
    ]


@given(data=st.data())
def test_a_damaged_line_of_a_lock_is_seen(data):
    text = (FOLDER / f"{data.draw(st.sampled_from(sorted(LOCKS)))}.txt").read_text(encoding="utf-8")
    lines = text.replace("\\\n", " ").splitlines()
    number = data.draw(st.integers(0, len(lines) - 1))
    line = lines[number]
    name, _, rest = line.partition("==")
    damage = {
        "no version": name,
        "a range": f"{name}>={rest}",
        "no hash": line.split(" --hash")[0].rstrip(),
        "a hash that is cut short": line[:-1],
        "another kind of hash": line.replace("sha256", "md5"),
        "a web address": f"{name} @ https://a.example/{name}.whl",
        "an option": "--no-binary :all:",
        "a remark": f"# {line}",
    }
    lines[number] = damage[data.draw(st.sampled_from(sorted(damage)))]
    with pytest.raises(ValueError, match="not a pin with its hashes"):
        parse_lock("\n".join(lines) + "\n")


@pytest.mark.parametrize(
    "line",
    [
        "numpy",
        "numpy>=2",
        "numpy @ https://a.example/b.whl",
        "-r other.txt",
        "# by hand",
        "numpy==2.*",
        "numpy==2.1.0",
        "",
    ],
)
def test_a_line_without_a_version_or_a_hash_is_refused(line):
    with pytest.raises(ValueError, match=re.escape(repr(line))):
        parse_lock(f"{GOOD}\n{line}\n{GOOD}\n")


def test_a_lock_is_read_as_it_is_written():
    text = (
        f"NumPy==2.4.6 ; python_full_version < '3.12' \\\n    --hash=sha256:{HASH} \\\n    --hash=sha256:{64 * 'b'}\n"
    )
    (pin,) = parse_lock(text)
    assert (pin.name, str(pin.version), len(pin.hashes)) == ("numpy", "2.4.6", 2)
    applies = {each["python_version"]: pin.applies(each) for each in ENVIRONMENTS}
    assert applies == {"3.11": True, "3.12": False, "3.13": False}


def test_make_installs_from_locks_only():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert len(CALL_OF_INSTALL.findall(makefile)) == 2
    assert find_unlocked_installs(makefile) == []


@pytest.mark.parametrize(
    "line",
    [
        "\t$(VENV)/bin/python -m pip install -q pip-audit",
        "\tuv pip install --python $(VENV)/bin/python pip-audit",
        "\t$(call install,$(VENV),-r requirements/run.txt)",
        "\t$(call install,$(VENV),-e .)",
    ],
)
def test_an_install_without_a_lock_is_seen(line):
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert len(find_unlocked_installs(f"{makefile}\nmore:\n{line}\n")) == 1
