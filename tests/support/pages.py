"""Reports to look at: pages of scenarios that are odd in one way, and what is in a page."""

import json
import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

from ruamel.yaml import YAML

from sim import paths

HOSTILE = (
    "</script><script>document.title='taken'</script><img src=x onerror=document.title='taken'>{{ 7 * 7 }}\"'&amp;"
)
VOID = {"meta", "link", "input", "br", "img", "hr", "path", "circle", "rect", "use"}


def write_scenario_file(folder: Path, change) -> Path:
    """The teaching scenario, changed as plain data, as a file of its own; its drawing lies beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    yaml = YAML(typ="safe", pure=True)
    plain = yaml.load((paths.scenario_folder() / "teaching.yaml").read_text(encoding="utf-8"))
    change(plain)
    path = folder / f"{plain['name']}.yaml"
    text = json.dumps(plain, default=lambda moment: moment.isoformat(), ensure_ascii=False)
    path.write_text(text, encoding="utf-8")  # JSON is YAML, but for the halves in which it escapes an emoji
    drawing = (paths.scenario_folder() / "teaching.geojson").read_text(encoding="utf-8")
    path.with_suffix(".geojson").write_text(drawing, encoding="utf-8")
    return path


def make_hostile(plain) -> None:
    """HTML, a script, a template and quotes in every name that a page shows."""
    plain["title"] = f"Title {HOSTILE}"
    plain["summary"]["text"] = f"Summary {HOSTILE}"
    for section in ("sides", "places", "forces", "sources"):
        for id, part in plain[section].items():
            part["name"] = f"{id} {HOSTILE}"
    for id, side in plain["sides"].items():
        side["short_name"] = f"{id[0].upper()}{HOSTILE}"
        side["member_noun"] = f"{id}ers {HOSTILE}"
    for claim in plain["claims"].values():
        claim["statement"] = f"{claim['statement']} {HOSTILE}"
    for prior in plain["priors"].values():
        prior["reason"] = f"invented {HOSTILE}"
    for sentence in plain["headline_outputs"]:
        sentence["text"] = f"{sentence['text']} <b>&"


def add_forty_places(plain) -> None:
    """Forty places, close to one another, each with a long name and a link."""
    for number in range(len(plain["places"]), 40):
        id = f"hamlet_{number}"
        plain["places"][id] = {
            "name": f"the hamlet of Lower {number} Elms",
            "terrain": "houses",
            "coordinates": {
                "lat": 49.97 + 0.011 * (number % 7),
                "lon": 9.96 + 0.02 * (number // 7),
                "estimated_within_km": 0.5,
                "reason": "invented",
            },
            "initial_control": {"side": "teal", "assumption": "invented"},
            "rationale": "invented",
        }
        plain["roads"][f"to_{id}"] = {"between": ["fort", id], "road_type": "path", "rationale": "invented"}
        plain["forces"][f"post_{number}"] = {
            "name": f"the post at {number}",
            "side": "teal",
            "location": id,
            "role": "garrison",
            "strength": {"value": 10, "assumption": "invented"},
            "rationale": "invented",
        }


def add_texts(plain) -> None:
    """A second text, a source with an address and dates, a claim told later; and nothing about when priors were set."""
    plain["texts"] = {
        "memoir": {"title": f"Memoir {HOSTILE}", "address": f"shelf 7 {HOSTILE}", "date": "1999", "pages": True}
    }
    plain["sources"]["gazette"] |= {"address": f"shelf 8 {HOSTILE}", "dates": "2001-06-02 to 2001-06-04"}
    plain["source_model"]["time_sd"] = "time_error"
    reason = "ASSUMPTION: by the watch"
    plain["priors"]["time_error"] = {"distribution": "fixed", "value": 0.5, "unit": "hours", "reason": reason}
    fell = {"measure": "when", "side": "amber", "place": "village", "share": 0.85, "until": "2001-06-02"}
    both = {"measure": "killed", "sides": ["teal", "amber"], "until": "2001-06-02"}
    told = {"source": "gazette", "reported": "2001-06-04"}
    plain["claims"]["fell"] = told | {
        "statement": "it fell", "citation": "memoir 7.2", "observable": fell, "value": "by 2001-06-01T12:00",
        "role": "calibration",
    }  # fmt: skip
    plain["claims"]["both"] = told | {
        "statement": "they died", "citation": "memoir 7.3", "observable": both, "value": "over 60", "role": "context",
        "reason": "no second witness",
    }  # fmt: skip
    del plain["priors_set"]


def cancel_orders(plain) -> None:
    """Nobody does anything: no order, so no place changes hands and nobody is killed in an assault."""
    for order in plain["orders"].values():
        order["cancelled"] = True
    for claim in list(plain["claims"]):
        if plain["claims"][claim].get("observable", {}).get("measure") == "outcome":
            del plain["claims"][claim]
    del plain["turning_points"]
    plain["orders"]["gate_bomb"]["based_on"] = ["village_taken"]
    plain["summary"]["based_on"] = ["village_taken"]


class PageReader(HTMLParser):
    """What a page is made of: tags that are open, ids, texts, addresses."""

    def __init__(self, text: str):
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.faults: list[str] = []
        self.ids: Counter[str] = Counter()
        self.tags: Counter[str] = Counter()
        self.addresses: list[str] = []
        self.texts: list[str] = []
        self.scripts: list[tuple[dict, str]] = []
        self.attributes: dict[str, list[dict]] = {}
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        known = dict(attrs)
        self.tags[tag] += 1
        self.attributes.setdefault(tag, []).append(known)
        if "id" in known:
            self.ids[known["id"]] += 1
        self.addresses += [known[name] for name in ("src", "href", "xlink:href", "action") if known.get(name)]
        if tag == "script":
            self.scripts.append((known, ""))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        if tag in VOID:
            return
        if not self.open or self.open[-1] != tag:
            self.faults.append(f"</{tag}> in {self.open[-3:]}")
        if tag in self.open:
            while self.open.pop() != tag:
                pass

    def handle_data(self, data):
        self.texts.append(data)
        if self.open and self.open[-1] == "script":
            attributes, before = self.scripts[-1]
            self.scripts[-1] = (attributes, before + data)


def find_outside_addresses(text: str) -> list[str]:
    """Addresses in a page that lead out of it; names of XML vocabularies are no addresses."""
    bare = re.sub(r'xmlns(:\w+)?="[^"]*"', "", text)
    return re.findall(r"(?:https?:)?//[a-z][\w.-]*\.[a-z]{2,}[^\s\"'<]*|@import|url\((?!#)[^)]*\)", bare)
