"""The repository itself: no stray addresses, short files, a complete wheel, a Makefile that tells what it can do."""

import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MAX_LINES = 400  # a longer file is two things

# Character classes such as [i] keep each pattern from matching its own text here.
STRAY = {
    "a package index": re.compile(
        r"\bpyp[i]\.|\bpythonhoste[d]\.|\banacond[a]\.org|\bconda[-]forge\.org"
        r"|https?://\S*(?:artifactor[y]|devp[i]|/nexu[s]/)"
        r"|https?://\S+/simpl[e]/?(?=[\s\"'`)>]|$)",
        re.IGNORECASE | re.MULTILINE,
    ),
    "an option that names an index": re.compile(
        r"index[-_]url\b|find[-_]links\b|trusted[-_]host\b|\bUV_(?:DEFAULT_)?INDE[X]\b|\btool\.uv\.inde[x]\b"
        r"|--(?:default-)?inde[x][ =]",
        re.IGNORECASE,
    ),
    "a path of one machine": re.compile(
        r"(?<![\w.])/roo[t]\b|(?<![\w.])/(?:hom[e]|User[s])/[\w.-]+/|\b[A-Z]:\\User[s]\\"
    ),
}


def list_repository_files() -> list[Path]:
    """Return the files that git tracks, or would track."""
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listing = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if listing.returncode != 0:
        pytest.skip("not in a git checkout")
    return [ROOT / name for name in listing.stdout.split("\0") if name and (ROOT / name).is_file()]


def find_strays(text: str) -> list[str]:
    """Return what `text` holds that belongs to one machine or one network."""
    return [f"{what}: {found.group()}" for what, pattern in STRAY.items() for found in pattern.finditer(text)]


def find_long_files(files: list[Path]) -> list[str]:
    """Return the files that have more lines than we allow."""
    return [path.name for path in files if len(path.read_text(encoding="utf-8").splitlines()) > MAX_LINES]


@pytest.mark.slow
def test_no_file_holds_a_stray_address():
    found = {
        str(path.relative_to(ROOT)): hits
        for path in list_repository_files()
        if (hits := find_strays(path.read_text(encoding="utf-8", errors="replace")))
    }
    assert found == {}


@pytest.mark.parametrize(
    "parts",
    [
        ("https://py", "pi.org/project/numpy"),
        ("https://files.python", "hosted.org/packages/x.whl"),
        ("https://mirror.example/all/", "simple/"),
        ("pip install --index", "-url https://mirror.example numpy"),
        ("--extra-index", "-url=https://mirror.example"),
        ("PIP_INDEX", "_URL=https://mirror.example"),
        ("pip install --find", "-links wheels numpy"),
        ("uv pip install --default", "-index https://mirror.example"),
        ("[[tool.uv", ".index]]"),
        ("see /ro", "ot/notes.txt"),
        ("file:///ro", "ot/wheels"),
        ("data = '/ho", "me/someone/data.csv'"),
        ("/Us", "ers/someone/data.csv"),
    ],
)
def test_the_address_check_sees_a_damaged_text(parts):
    assert find_strays("A good line.\n" + "".join(parts) + "\n")


@pytest.mark.parametrize(
    "text",
    [
        "https://www.apache.org/licenses/LICENSE-2.0",
        "https://simple.wikipedia.org/wiki/Battle",
        "https://example.org/home/news/2014/",
        "the root of the tree, src/roots.py, an index of links",
    ],
)
def test_the_address_check_lets_ordinary_text_pass(text):
    assert find_strays(text) == []


def test_source_files_are_short():
    files = sorted((ROOT / "src" / "sim").rglob("*.py"))
    assert files
    assert find_long_files(files) == []


def test_the_length_check_sees_a_long_file(tmp_path):
    for name, lines in (("good.py", MAX_LINES), ("long.py", MAX_LINES + 1)):
        (tmp_path / name).write_text("x = 1\n" * lines, encoding="utf-8")
    assert find_long_files(sorted(tmp_path.iterdir())) == ["long.py"]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    """Build the wheel, without a network."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    build = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert build.returncode == 0, build.stdout + build.stderr
    (path,) = folder.glob("*.whl")
    return path


def test_the_wheel_holds_the_settings_and_the_scenarios(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    for folder in ("conf", "scenarios"):
        wanted = {
            f"sim/{path.relative_to(ROOT).as_posix()}"
            for path in list_repository_files()
            if path.is_relative_to(ROOT / folder)
        }
        assert wanted, f"{folder}/ has no files"
        assert wanted <= names


def test_the_wheel_holds_the_templates_and_scripts_of_the_report(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    report = ROOT / "src" / "sim" / "report" / "html"
    wanted = [
        *(report / "templates").rglob("*.j2"),
        *(path for path in (report / "assets").rglob("*") if path.is_file()),
    ]
    assert len(wanted) > 8
    assert {f"sim/{path.relative_to(ROOT / 'src' / 'sim').as_posix()}" for path in wanted} <= names


@pytest.mark.slow
def test_the_installed_package_writes_a_page(wheel, tmp_path):
    zipfile.ZipFile(wheel).extractall(tmp_path)
    code = "from sim.cli.main import main; main(['run', 'scenario=teaching', 'runs=1', 'outputs=out'])"
    run = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stderr
    (page,) = (tmp_path / "out").rglob("report.html")
    assert "The crossing at Millbrook" in page.read_text(encoding="utf-8")


def test_the_wheel_holds_the_package_and_nothing_beside_it(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {"sim/paths.py", "sim/py.typed"} <= names
    beside = {name.split("/")[0] for name in names} - {"sim"}
    assert [re.sub(r"-[0-9.]+\.", "-VERSION.", name) for name in beside] == ["sim-VERSION.dist-info"]


def test_the_installed_package_finds_its_own_copies(wheel, tmp_path):
    zipfile.ZipFile(wheel).extractall(tmp_path)
    code = "from sim import paths; print(paths.conf_folder()); print(paths.scenario_folder())"
    found = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    package = tmp_path.resolve() / "sim"
    assert found == [str(package / "conf"), str(package / "scenarios")]


def test_a_checkout_finds_its_top_level_folders():
    from sim.paths import conf_folder, scenario_folder

    assert conf_folder() == ROOT / "conf"
    assert scenario_folder() == ROOT / "scenarios"


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
def test_make_alone_tells_what_there_is():
    env = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    told = subprocess.run(["make"], cwd=ROOT, env=env, capture_output=True, text=True, check=True).stdout
    lines = told.splitlines()
    for target in ("run", "test", "check", "bench", "clean"):
        assert [line for line in lines if re.match(rf"make {target} +\S", line)], target
