"""Writing a page: one file with everything in it, that asks no network for anything."""

import base64
import hashlib
import json
from datetime import datetime, timedelta
from functools import cache, partial
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from sim.experiment.durable import put
from sim.experiment.provenance import titled
from sim.report.html import sections
from sim.report.html.figures import inlined
from sim.report.html.matter import Matter
from sim.report.html.palette import palette
from sim.report.map.glyphs import BEYOND, PLACES, WORDS
from sim.report.map.sheet import atlas

PAGE = "report.html"
SCRIPTS = ("theme.js", "playback.js")


def write_page(folder: Path, matter: Matter) -> Path:
    """Write `report.html` into a folder, whole or not at all."""
    text = page(matter)
    put(folder / PAGE, lambda partial: partial.write_text(text, encoding="utf-8"))
    return folder / PAGE


def page(matter: Matter) -> str:
    """The page as text."""
    drawn = atlas(matter.scenario, matter.drawing, matter.ends, matter.held)
    scripts = [asset(name) for name in SCRIPTS]
    return (
        environment()
        .get_template("page.html.j2")
        .render(
            matter=matter,
            title=titled(matter.scenario),
            atlas=drawn,
            arrow=BEYOND,
            kinds={mark.kind: WORDS[mark.kind] for mark in drawn.wide.marks},
            sections=sections.of(matter, drawn),
            style=Markup(asset("page.css")),
            palette=palette(matter.scenario),
            scripts=[Markup(script) for script in scripts],
            policy=policy(scripts),
            moment=partial(moment, matter.scenario.begins),
        )
    )


def moment(begins: datetime, hours: float) -> str:
    """So many hours after the beginning, as a date and a time of day."""
    at = begins + timedelta(hours=hours)
    return f"{at.day} {at:%b, %H:%M}"


def policy(scripts: list[str]) -> str:
    """The Content-Security-Policy: no request at all, and no script but our own, by their digests."""
    digests = [base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts]
    allowed = " ".join(f"'sha256-{digest}'" for digest in digests)
    rest = "style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
    return f"default-src 'none'; script-src {allowed}; {rest}"


@cache
def environment() -> Environment:
    """Our templates; whatever they are given is escaped."""
    made = Environment(
        loader=PackageLoader("sim.report.html"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["json"] = embedded
    made.filters["figure"] = inlined
    made.filters["outlined"] = lambda kind: (kind, PLACES[kind])
    made.filters["units"] = lambda value: f"{value:.1f}".removesuffix(".0")
    return made


def embedded(value: Any) -> Markup:
    """Data for a script block: nothing in it can end the block or begin another."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for letter in "<>&\u2028\u2029":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return Markup(text)


def asset(name: str) -> str:
    """A style sheet or script of ours."""
    return (files("sim.report.html") / "assets" / name).read_text(encoding="utf-8")
