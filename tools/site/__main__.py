"""`python -m tools.site FOLDER`: the site, in FOLDER/docs, to be opened from disk. A warning is an error."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tools.site.staging import stage_pages

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
CONFIG = HERE / "zensical.toml"
# The search of a page that is opened from disk needs this script, which the theme would fetch from the network.
REMOTE_SCRIPT = "https://unpkg.com/iframe-worker/shim"
WARNING = "griffe: "  # before what is wrong with a docstring, which does not end the build by itself
LOCAL_SCRIPT = "assets/javascripts/iframe-worker.js"


def build_site(folder: Path) -> int:
    """Build the site; how many pages it has. Raise SystemExit if there is a warning."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("pages", "docs"):
        shutil.rmtree(folder / name, ignore_errors=True)
    pages = stage_pages(folder / "pages")
    build_pages(folder)
    for path in (folder / "docs").rglob("*.html"):
        point_to_local_script(path, folder / "docs")
    shutil.copy(HERE / "assets" / "iframe-worker.js", folder / "docs" / LOCAL_SCRIPT)
    return len(pages)


def build_pages(folder: Path) -> None:
    """Have Zensical build FOLDER/docs of FOLDER/pages; raise SystemExit with its output if there is a warning."""
    write_config(folder)
    command = [sys.executable, "-m", "zensical", "build", "--strict", "--clean", "--config-file", CONFIG.name]
    build = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if build.returncode != 0 or WARNING in build.stdout:
        raise SystemExit(f"{build.stdout}\nthe site is not built: a warning is an error")


def write_config(folder: Path) -> None:
    """Put the configuration where the site is built, with the way from there to the source."""
    text = CONFIG.read_text(encoding="utf-8")
    source = os.path.relpath(ROOT / "src", folder.resolve())
    (folder / CONFIG.name).write_text(text.replace('"../src"', f'"{source}"'), encoding="utf-8")


def point_to_local_script(path: Path, site: Path) -> None:
    """Have a page of the site load its own copy of the script."""
    to_root = "../" * len(path.relative_to(site).parent.parts)
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(REMOTE_SCRIPT, to_root + LOCAL_SCRIPT), encoding="utf-8")


def main(arguments: list[str]) -> None:
    """Build it where the command says."""
    folder = Path(arguments[0])
    print(f"{build_site(folder)} pages: open {folder / 'docs' / 'index.html'}")


if __name__ == "__main__":
    main(sys.argv[1:])
