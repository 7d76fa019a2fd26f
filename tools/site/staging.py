"""The pages of the site, put together in one folder: `docs/`, and what a reader looks for that stands elsewhere."""

import os
import re
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path, PurePosixPath

from tools.site.reference import format_commands_page, format_python_page

ROOT = Path(__file__).resolve().parents[2]
# Pages that stand elsewhere in the repository, and their names on the site.
MOVED_PAGES = {
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
    "scenarios/README.md": "catalogue.md",
    "scenarios/coverage.md": "coverage.md",
}
# What takes the place of a page that the site has no copy of.
REPLACED_PAGES = {"README.md": "index.md"}
GENERATED_PAGES: Mapping[str, Callable[[], str]] = {
    "python.md": format_python_page,
    "command_help.md": format_commands_page,
}
STYLE = Path(__file__).parent / "assets" / "site.css"
LINK = re.compile(r"(?P<head>!?\[(?P<text>[^\]]*)\]\()(?P<target>[^)\s#]+)(?P<rest>#[^)\s]*)?\)")
PATH = re.compile(r"(?<!\[)`(?P<path>[\w./-]+\.md)`(?!\])")  # a page that is named by its path
# Drawn by a script of 3 MB, which the theme would fetch from the network; it can be read as it is.
DIAGRAM = "```mermaid"
FENCE = re.compile(r"^(```.*?^```$)", re.MULTILINE | re.DOTALL)


def stage_pages(folder: Path) -> list[str]:
    """Put all pages and pictures into an empty folder; the names of the pages, sorted."""
    shutil.copytree(ROOT / "docs", folder, dirs_exist_ok=True)
    pages = {path.relative_to(ROOT / "docs").as_posix(): path for path in (ROOT / "docs").rglob("*.md")}
    pages |= {name: ROOT / source for source, name in MOVED_PAGES.items()}
    shutil.copy(STYLE, folder)
    names = map_site_names()
    for name, path in pages.items():
        text = rewrite_links(path.read_text(encoding="utf-8"), path.relative_to(ROOT).as_posix(), name, names)
        (folder / name).write_text(text, encoding="utf-8")
    for name, format_page in GENERATED_PAGES.items():
        (folder / name).write_text(format_page(), encoding="utf-8")
    return sorted([*pages, *GENERATED_PAGES])


def map_site_names() -> dict[str, str]:
    """The name on the site of every file of the repository that is on it."""
    docs = [path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").rglob("*") if path.is_file()]
    return {path: path.removeprefix("docs/") for path in docs} | MOVED_PAGES | REPLACED_PAGES


def rewrite_links(text: str, source: str, name: str, names: Mapping[str, str]) -> str:
    """The text of a page with its links turned to where their targets are on the site.

    Parameters
    ----------
    text : str
        Markdown; what stands in fences stays as it is.
    source, name : str
        Where the page is in the repository, and on the site.
    names : Mapping of str to str
        The name on the site of every file of the repository that is on it.

    Returns
    -------
    str
        The text; of a link to a file that is not on the site, its words alone.

    Examples
    --------
    >>> rewrite_links("See [the rules](../CONTRIBUTING.md#tests).", "docs/a.md", "a.md", {"CONTRIBUTING.md": "c.md"})
    'See [the rules](c.md#tests).'
    >>> rewrite_links("See [the code](../src/sim).", "docs/a.md", "a.md", {})
    'See the code.'
    >>> rewrite_links("See `docs/b.md`.", "docs/a.md", "a.md", {"docs/b.md": "b.md"})
    'See [b.md](b.md).'
    """

    def link(path: str) -> str:
        return os.path.relpath(names[path], PurePosixPath(name).parent)

    def rewrite(match: re.Match[str]) -> str:
        if ":" in match["target"]:
            return match[0]
        path = os.path.normpath(PurePosixPath(source).parent / match["target"])
        if path not in names:
            return match["text"]
        return f"{match['head']}{link(path)}{match['rest'] or ''})"

    def link_path(match: re.Match[str]) -> str:
        path = match["path"]
        return f"[{names[path]}]({link(path)})" if names.get(path, name) != name else match[0]

    parts = FENCE.split(text.replace(DIAGRAM, "```text"))
    return "".join(part if part.startswith("```") else PATH.sub(link_path, LINK.sub(rewrite, part)) for part in parts)
