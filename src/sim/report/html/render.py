"""Renders and writes an HTML page: one self-contained file that makes no network request."""

import base64
import hashlib
import json
import re
from collections import Counter
from dataclasses import replace
from functools import cache, partial
from hashlib import sha256
from importlib.resources import files
from math import ceil
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape

from sim.colours import adjust_luminance
from sim.events.local_time import find_local_time
from sim.outputs.deviations import find_deviations, format_deviations
from sim.outputs.provenance import format_title
from sim.report.html import sections
from sim.report.html.content import PageContent
from sim.report.map.features import OFF_MAP_SYMBOL, PLACE_KIND_LABELS, PLACE_SYMBOLS
from sim.report.map.sheet import build_atlas
from sim.report.text_direction import isolate_names
from sim.scenario.map_plane import format_position
from sim.scenario.model import Scenario
from sim.storage.atomic import write_atomic

PAGE_FILE = "report.html"
PLAYBACK_SCRIPT = "playback.js"
PLAYBACK_PARTS = ("series", "zones", "map", "tracks", "panels", "card", "player")  # in this order
PAGE_SCRIPTS = {
    "theme.js": None,
    "claims.js": "claims",
    PLAYBACK_SCRIPT: "playback",
    "odds.js": "sliders",
    "sliders.js": "sliders",
}  # with the section that needs each


def write_page(folder: Path, content: PageContent) -> Path:
    """Write `report.html` into a folder, whole or not at all."""
    text = render_page(content)
    write_atomic(folder / PAGE_FILE, lambda partial: partial.write_text(text, encoding="utf-8"))
    return folder / PAGE_FILE


def render_page(content: PageContent) -> str:
    """The page as text."""
    content = replace(content, scenario=isolate_names(content.scenario))
    map_atlas = build_atlas(content.scenario, content.basemap, content.end_hours, content.final_control)
    page_sections = sections.build_sections(content, map_atlas)
    shown = {section.id for section in page_sections}
    names = [name for name, section in PAGE_SCRIPTS.items() if section is None or section in shown]
    scripts = [read_asset(name) for name in names]
    return (
        make_environment()
        .get_template("page.html.j2")
        .render(
            content=content,
            kind=PAGE_KINDS.get(content.command, "A report"),
            title=format_title(content.scenario),
            question=content.manifest.settings.question_text,
            deviations=format_deviations(find_deviations(content.manifest)),
            atlas=map_atlas,
            arrow=OFF_MAP_SYMBOL,
            kinds={mark.kind: PLACE_KIND_LABELS[mark.kind] for mark in map_atlas.wide_sheet.markers},
            sections=page_sections,
            has_playback="playback" in shown,
            style=Markup(read_asset("page.css")),
            palette=build_palette(content.scenario),
            scripts=[Markup(script) for script in scripts],
            policy=build_security_policy(scripts),
            moment=partial(format_moment, content.scenario),
        )
    )


def format_moment(scenario: Scenario, hours: float) -> str:
    """A number of hours after the beginning as a date and a time of day."""
    at = find_local_time(scenario.begins, hours, scenario.astronomy.time_zone)
    return f"{at.day} {at:%b, %H:%M}"


def build_security_policy(scripts: list[str]) -> str:
    """The Content-Security-Policy: no request at all, and only our own scripts, by their digests."""
    digests = [base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts]
    allowed = " ".join(f"'sha256-{digest}'" for digest in digests)
    rest = "style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
    return f"default-src 'none'; script-src {allowed}; {rest}"


@cache
def make_environment() -> Environment:
    """The template environment; every value is escaped."""
    environment = Environment(
        loader=PackageLoader("sim.report.html"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["json"] = embed_json
    environment.filters["small_interval"] = mark_interval
    environment.filters["figure"] = inline_svg
    environment.filters["legible_width"] = find_legible_width
    environment.filters["outlined"] = lambda kind: (kind, PLACE_SYMBOLS[kind])
    environment.filters["position"] = lambda coordinates: format_position(coordinates.lat, coordinates.lon)
    environment.filters["thousands"] = "{:,}".format
    environment.filters["units"] = lambda value: f"{value:.1f}".removesuffix(".0")
    return environment


def mark_interval(sentence: str) -> Markup:
    """A sentence as HTML, its first 95% interval in small print.

    Examples
    --------
    >>> mark_interval("Held in 9 of 10 (95% interval 6 to 10); <b>.")
    Markup('Held in 9 of 10 <span class="small-print">(95% interval 6 to 10)</span>; &lt;b&gt;.')
    """
    before, found, rest = sentence.partition(" (95% interval ")
    if not found:
        return escape(sentence)
    interval, _, after = rest.partition(")")
    return Markup('{} <span class="small-print">(95% interval {})</span>{}').format(before, interval, after)


def embed_json(value: Any) -> Markup:
    """Data for a script block: nothing in it can end the block or begin another."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for letter in "<>&\u2028\u2029":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return Markup(text)


def read_asset(name: str) -> str:
    """The text of one of our style sheets or scripts; the playback's is that of its parts, one after the other."""
    folder = files("sim.report.html") / "assets"
    if name == PLAYBACK_SCRIPT:
        return "".join((folder / "playback" / f"{part}.js").read_text(encoding="utf-8") for part in PLAYBACK_PARTS)
    return (folder / name).read_text(encoding="utf-8")


PAGE_KINDS = {
    "run": "A battle, fought again",
    "whatif": "What if?",
    "sweep": "A sweep",
    "diff": "Two outputs",
    "calibrate": "A calibration",
    "forecast": "A forecast",
    "score": "Against the record",
    "analyse": "An analysis",
    "play": "A game",
}

FONT_FAMILY = "'DejaVu Sans', 'Bitstream Vera Sans', Verdana, sans-serif"  # all of about one width


def inline_svg(svg: str, alt_text: str) -> Markup:
    """A figure without prolog, script or outside link, its ids prefixed so that no two figures share any."""
    body = svg[svg.index("<svg") :]
    body = re.sub(r"<metadata>.*?</metadata>", "", body, flags=re.DOTALL)
    id_prefix = f"f{sha256(body.encode()).hexdigest()[:8]}-"
    id_counts: Counter[str] = Counter()
    body = re.sub(r'\sid="([^"]+)"', lambda match: make_unique_id(id_prefix, match[1], id_counts), body)
    body = re.sub(r'(xlink:href="#|href="#|url\(#)', rf"\g<1>{id_prefix}", body).replace(
        f"{id_prefix}{id_prefix}", id_prefix
    )
    body = re.sub(r"'DejaVu Sans'(?:, [^;\"]*)?", FONT_FAMILY, body)
    head, rest = body.split(">", 1)
    head = re.sub(r'\s(width|height)="[^"]*"', "", head)
    return Markup(f'{head} role="img" aria-label="{escape(alt_text)}">{rest}')


LEGIBLE_TYPE = 10.0  # px on the screen, of the smallest letters of a figure


def find_legible_width(svg: str) -> int:
    """The width in px at which the smallest letters of a figure are `LEGIBLE_TYPE` high; 0 if it has no letters.

    Examples
    --------
    >>> find_legible_width('<svg viewBox="0 0 720 400"><text style="font-size: 8px">a</text></svg>')
    900
    """
    sizes = [float(size) for size in re.findall(r"font-size: ([0-9.]+)px", svg)]
    found = re.search(r'viewBox="[-0-9.]+ [-0-9.]+ ([0-9.]+) ', svg)
    return ceil(LEGIBLE_TYPE * float(found[1]) / min(sizes)) if sizes and found else 0


def make_unique_id(id_prefix: str, id: str, id_counts: Counter[str]) -> str:
    """An id with its prefix, and a number if it came before: two images of the same content have the same id."""
    id_counts[id] += 1
    return f' id="{id_prefix}{id}"' if id_counts[id] == 1 else f' id="{id_prefix}{id}-{id_counts[id]}"'


LIGHT_LUMINANCES = (0.27, 0.045)  # luminance of the first and the second side on white
DARK_LUMINANCES = (0.14, 0.52)  # and on black


def build_palette(scenario: Scenario) -> dict[str, dict[str, str]]:
    """For each theme the colour of each side as CSS."""
    sides = list(scenario.sides.values())
    return {
        theme: {
            name: format_css_colour(side.colour, luminance)
            for name, side, luminance in zip(("first", "second"), sides, tones, strict=True)
        }
        for theme, tones in (("light", LIGHT_LUMINANCES), ("dark", DARK_LUMINANCES))
    }


def format_css_colour(colour: str, luminance: float) -> str:
    """A colour with this luminance."""
    return "#" + "".join(f"{round(255 * part):02x}" for part in adjust_luminance(colour, luminance))
