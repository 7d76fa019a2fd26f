"""The site: built without a warning, every page in its contents, opened from disk without a network."""

import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.browsers import launch_browser

from sim.cli.commands import COMMANDS
from tools.site.__main__ import CONFIG, build_pages, build_site
from tools.site.public_names import PUBLIC_NAMES, list_module_names, list_package_names
from tools.site.reference import format_python_page, read_help
from tools.site.staging import FENCE, GENERATED_PAGES, ROOT, map_site_names, rewrite_links, stage_pages

# What a browser fetches by itself; a link is followed by the reader alone.
FETCHED = re.compile(r"<(?:script|img|iframe|link)\b[^>]*?(?:src|href)=[\"']?((?:https?:)?//[^\s\"'>]+)")
PAGES_TO_OPEN = ("index", "architecture", "python", "decisions/0010-report-page")


def list_contents(entries: list) -> Iterator[str]:
    """The pages that the contents of the configuration name."""
    for entry in entries:
        if isinstance(entry, str):
            yield entry
        else:
            for inner in entry.values():
                yield from list_contents(inner if isinstance(inner, list) else [inner])


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """The folder of a site that is built."""
    folder = tmp_path_factory.mktemp("site")
    build_site(folder)
    return folder


CONTENTS = list(list_contents(tomllib.loads(CONFIG.read_text(encoding="utf-8"))["project"]["nav"]))


def test_every_page_is_in_the_contents_once():
    pages = [name for name in map_site_names().values() if name.endswith(".md")]
    assert sorted(CONTENTS) == sorted({*pages, *GENERATED_PAGES}), f"{CONFIG.name} has the contents"


@pytest.mark.slow
def test_every_page_is_built(folder):
    assert [name for name in CONTENTS if not (folder / "docs" / name).with_suffix(".html").exists()] == []


@pytest.mark.slow
def test_a_page_fetches_nothing_from_the_network(folder):
    pages = sorted((folder / "docs").rglob("*.html"))
    assert len(pages) > 40
    assert {address for path in pages for address in FETCHED.findall(path.read_text(encoding="utf-8"))} == set()


@pytest.mark.parametrize(
    "tag",
    ['<script src="https://a.example/b.js">', "<link rel=stylesheet href=//a.example/b.css>", "<img src=http://a>"],
)
def test_what_is_fetched_is_seen(tag):
    assert FETCHED.findall(f"<p>{tag}</p>")
    assert not FETCHED.findall('<p><a href="https://a.example">a</a></p>')


@pytest.mark.slow
def test_the_reference_has_every_public_name_and_readable_types(folder):
    text = (folder / "docs" / "python.html").read_text(encoding="utf-8")
    for place in (*list_package_names().values(), *list_module_names()):
        assert f'id="{place}"' in text, place
    assert "StringConstraints(" not in text
    assert "Annotated[" not in text


@pytest.mark.slow
@pytest.mark.parametrize("damage", ["[gone](gone.md)", "[gone](tutorial.md#gone)", "::: sim.scenario.gone"])
def test_a_damaged_page_is_not_built(tmp_path, damage):
    copy = tmp_path / "site"
    (copy / "pages").mkdir(parents=True)
    for name in ("index.md", "tutorial.md"):
        (copy / "pages" / name).write_text(f"# A page\n\n{damage}\n", encoding="utf-8")
    with pytest.raises(SystemExit, match="a warning is an error"):
        build_pages(copy)
    for path in (copy / "pages").iterdir():
        path.write_text("# A page\n", encoding="utf-8")
    build_pages(copy)


@pytest.mark.slow
def test_pages_open_from_disk_and_are_searched(folder):
    asked: list[str] = []
    with launch_browser() as browser:
        page = browser.new_page()
        page.on("request", lambda request: asked.append(request.url))
        for name in PAGES_TO_OPEN:
            page.goto((folder / "docs" / f"{name}.html").as_uri(), wait_until="load")
        page.goto((folder / "docs" / "index.html").as_uri(), wait_until="load")
        page.keyboard.press("/")
        page.keyboard.type("Masemekeh")
        page.get_by_text(re.compile(r"\d+ results?")).wait_for(timeout=20_000)
    assert len(asked) > len(PAGES_TO_OPEN)
    assert [url for url in asked if url.startswith(("http:", "https:"))] == []


GLUED = re.compile(r"^(?![-*|>#\d ]|$|<!--).*\n(?:- |\d+\. |\|)", re.MULTILINE)


@pytest.mark.parametrize("source", [path for path, name in map_site_names().items() if name.endswith(".md")])
def test_lists_and_tables_stand_apart_from_the_paragraph_before(source):
    text = FENCE.sub("", (ROOT / source).read_text(encoding="utf-8"))
    assert GLUED.findall(text) == []


@pytest.mark.parametrize("damage", ["A list:\n- one", "A list:\n1. one", "A table:\n| a |\n| --- |"])
def test_a_list_that_is_no_list_on_the_site_is_seen(damage):
    assert GLUED.findall(damage)
    assert not GLUED.findall(damage.replace("\n", "\n\n", 1))


def test_every_public_name_is_in_the_reference():
    text = format_python_page()
    for name in PUBLIC_NAMES:
        owner = name.replace(":", ".")
        assert f"::: {owner}\n" in text or f"::: {owner.rpartition('.')[0]}\n" in text, name


@pytest.mark.parametrize("command", COMMANDS)
def test_the_help_of_a_command_is_read(command):
    assert f"sim {command}" in read_help(command)


def test_links_lead_to_where_the_page_is_on_the_site(tmp_path):
    names = map_site_names()
    text = "[a](../CONTRIBUTING.md#tests) [b](../README.md) [c](../src/sim/laws/square.py) [d](https://a.example/b.md)"
    assert rewrite_links(text, "docs/model.md", "model.md", names) == (
        "[a](contributing.md#tests) [b](index.md) c [d](https://a.example/b.md)"
    )
    assert rewrite_links("[a](../model.md)", "docs/decisions/a.md", "decisions/a.md", names) == "[a](../model.md)"
    assert rewrite_links("```\n[a](../README.md)\n```", "docs/a.md", "a.md", names) == "```\n[a](../README.md)\n```"
    assert rewrite_links("`docs/model.md`", "docs/a.md", "a.md", names) == "[model.md](model.md)"
    assert rewrite_links("`docs/model.md`", "docs/model.md", "model.md", names) == "`docs/model.md`"
    assert {*stage_pages(tmp_path)} >= {"index.md", "catalogue.md", "python.md", "decisions/0010-report-page.md"}
    assert ROOT.joinpath("docs", "index.md").exists()


PAGES_OF_COMMANDS = ("README.md", "docs/commands.md")
WITH_SETTINGS = "run|whatif|calibrate|forecast|sweep|sensitivity|tipping-point|compare-models|sbc"
SETTINGS = re.compile(rf"^(sim (?:{WITH_SETTINGS})\b.*)", re.MULTILINE)
CALLS = sorted(
    {
        line.partition("  #")[0].strip()
        for page in PAGES_OF_COMMANDS
        for line in SETTINGS.findall((ROOT / page).read_text(encoding="utf-8"))
        if "OUTPUT" not in line and " -m " not in line
    }
)


@pytest.mark.parametrize("words", CALLS)
def test_a_command_of_the_pages_has_settings_that_hold(call, words):
    code, out, err = call(*shlex.split(words)[1:], "--cfg", "job")
    assert (code, err) == (0, "")
    assert "seed:" in out
