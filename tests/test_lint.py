"""The rules of a sound scenario: each is tripped by a damaged scenario, at the right place, and by no sound one."""

import pkgutil
from dataclasses import replace
from datetime import datetime
from itertools import combinations
from types import SimpleNamespace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from support.corruption import TEXT, Damage, damaged

from sim import paths as files
from sim.scenario import Scenario, lint, load
from sim.scenario.claim_overlap import CountScope
from sim.scenario.evidence import Claim
from sim.scenario.lint import load_rules, run_rules, unit_in_two_places
from sim.scenario.lint.parts_exhaust_total import list_uncounted
from sim.scenario.loading import build_scenario
from sim.scenario.problems import format_path
from sim.scenario.yaml_parser import ScenarioDocument, read_document

RULES = sorted(load_rules())
WATCH = "strength: {value: 60, assumption: a company}"
GARRISON = "    role: garrison\n    strength: {prior: teal_garrison}\n"
OUTPOST = "    role: garrison\n    strength: {prior: teal_garrison, share"
VANGUARD = "    strength: {prior: amber_host, share: 0.55"
ACCOUNT = "    account:\n      sides"  # how it reports
LAWS_AGREE = "reference_strength: {{distribution: fixed, value: {}"
RATES_HOLD = "size_reference: {{distribution: fixed, value: {}"
SIZE_EXPONENT = "size_exponent: {distribution: normal, mean: 0.31, sd: 0.1, low: 0, high: 0.7"
COUNTING = "{bias: account_bias, size: report_size}"
MARCH = "high: 5, unit: km/h, reason: invented}"
REASON = "high: 800, unit: people, reason: invented}"


def with_claims(*claims: str) -> Damage:
    """More claims, extra_1 and so on, each as `source; observable; value`; a fourth part says how it is scored."""
    text = ""
    for number, claim in enumerate(claims, start=1):
        source, observable, value, rest = [*claim.split("; "), "role: calibration"][:4]
        text += f"  extra_{number}:\n    statement: more of the same\n    citation: battle 1.3\n    source: {source}\n"
        text += f"    observable: {{{observable}}}\n    value: {value}\n    {rest}\n"
    return "  cart_at_gate:\n", f"{text}  cart_at_gate:\n"


def with_key(entry: str, line: str) -> Damage:
    """A line more at the end of an order."""
    return entry, f"{entry}{line}\n    "


SUPPRESSING = "suppress: {losses_above_strength.claims.amber_dead_herald.value: he boasts}"

# rule: passages and their damaged forms, the paths of what is found
TRIPPED: dict[str, dict[str, tuple[list[Damage], list[str]]]] = {
    "pack_out_of_range": {
        "of other years": (
            [("priors:\n", "prior_packs: [{file: infantry_1914_1938, year: 2001, size: 200}]\n\npriors:\n")],
            ["prior_packs.0.file"],
        ),
        "of another size, and asked for another year": (
            [("priors:\n", "prior_packs: [{file: brigade, year: 1950, size: 200}]\n\npriors:\n")],
            ["prior_packs.0.year", "prior_packs.0.file"],
        ),
        "asked for another size": (
            [("priors:\n", "prior_packs: [{file: company, year: 2001, size: 5000}]\n\npriors:\n")],
            ["prior_packs.0.size"],
        ),
    },
    "rates_of_other_size": {
        "the laws agree elsewhere": (
            [
                (
                    LAWS_AGREE.format(300),
                    LAWS_AGREE.format(9000),
                )
            ],
            ["priors.reference_strength"],
        ),
        "the law of sizes stretched too far": (
            [
                (
                    RATES_HOLD.format(11_000),
                    RATES_HOLD.format(400_000),
                )
            ],
            ["priors.size_reference"],
        ),
        "no law of sizes": (
            [
                (
                    SIZE_EXPONENT,
                    "size_exponent: {distribution: fixed, value: 0",
                )
            ],
            ["priors.size_reference"],
        ),
    },
    "invalid_suppression": {
        "no such rule": (
            [("priors:\n", "suppress: {nosuch.orders: so be it}\n\npriors:\n")],
            ["suppress.nosuch.orders"],
        ),
        "a rule that tells errors": (
            [("priors:\n", "suppress: {infeasible_order.orders.gate_bomb.target: so be it}\n\npriors:\n")],
            ["suppress.infeasible_order.orders.gate_bomb.target"],
        ),
    },
    "claims_double_counted": {
        "part of another count": (
            [with_claims("herald; measure: killed, side: amber, since: 2001-06-01, until: 2001-06-01; over 20")],
            ["claims.extra_1"],
        ),
        "overlap within a group": (
            [
                with_claims(
                    "herald; measure: killed, side: amber, since: 2001-06-02, until: 2001-06-03; over 9; "
                    "role: calibration\n    population: fighters"
                )
            ],
            ["claims.extra_1"],
        ),
        "summary as a second witness": (
            [
                ("  herald: {", "  box: {name: the summary box, kind: text, reference: invented}\n  herald: {"),
                (ACCOUNT, f"    box: {{sides: {{teal: {COUNTING}}}, flip_probability: misreport}}\n{ACCOUNT}"),
                with_claims(
                    "account; measure: killed, side: teal, until: 2001-06-03; over 9",
                    "box; measure: killed, side: teal, until: 2001-06-03; over 9",
                ),
            ],
            ["claims.extra_2.source"],
        ),
        "containing what is no part": (
            [("    value: 15 to 25\n", "    value: 15 to 25\n    includes: [first_day_dead_gazette]\n")],
            ["claims.amber_dead_gazette.includes.0"],
        ),
    },
    "parts_exhaust_total": {
        "one place has nearly all": (
            [
                with_claims(
                    "gazette; measure: killed, side: amber, places: [village], until: 2001-06-01; exactly 24; "
                    "role: calibration\n    population: fighters"
                )
            ],
            ["claims.amber_dead_gazette"],
        ),
        "two places have nearly all by what is included": (
            [
                with_claims(
                    "account; measure: killed, side: teal, places: [village], until: 2001-06-01; exactly 20",
                    "account; measure: killed, side: teal, places: [hill], until: 2001-06-01; exactly 19",
                    "account; measure: killed, side: teal, until: 2001-06-02; exactly 41; "
                    "role: calibration\n    includes: [extra_1, extra_2]",
                )
            ],
            ["claims.extra_3"],
        ),
    },
    "unexplained_control_change": {
        "gained without an order": (
            [
                ("    target: village\n    axis: [fort]", "    target: fort\n    axis: [hill]"),
                ("forces: [watch, garrison]\n    target: village", "forces: [watch, garrison]\n    target: fort"),
            ],
            ["claims.village_taken.observable"],
        ),
        "regained without an order": (
            [
                with_claims("gazette; measure: control, side: amber, place: hill, until: 2001-06-02; all"),
                (
                    "    target: hill\n    window: {earliest: 2001-06-03T09",
                    "    target: village\n    window: {earliest: 2001-06-03T09",
                ),
            ],
            ["claims.hill_regained.observable"],
        ),
    },
    "coordinates_contradict": {
        "one point": ([("lat: 50.010, lon: 10.030", "lat: 50.000, lon: 10.0001")], ["places.village.coordinates"]),
        "link too short": ([("km: {value: 5.0", "km: {value: 2.0")], ["roads.hill_camp.km"]),
        "a degree off": ([("lat: 50.012", "lat: 51.012")], ["places.mill.coordinates"]),
        "link too long": ([("km: {value: 5.0", "km: {value: 20")], ["roads.hill_camp.km"]),
        "another sky": ([("astronomy: {latitude: 50.0", "astronomy: {latitude: 60.0")], ["astronomy"]),
    },
    "non_monotone_series": {
        "fewer on a later day": (
            [
                with_claims(
                    "gazette; measure: killed, side: teal, until: 2001-06-03; exactly 8; "
                    "role: calibration\n    population: soldiers"
                )
            ],
            ["claims.extra_1.value"],
        ),
        "fewer than the parts": (
            [
                with_claims(
                    "gazette; measure: killed, side: amber, since: 2001-06-01, until: 2001-06-01; exactly 15",
                    "gazette; measure: killed, side: amber, since: 2001-06-02, until: 2001-06-02; exactly 15",
                ),
                ("    value: 15 to 25\n", "    value: 15 to 25\n    includes: [extra_1, extra_2]\n"),
            ],
            ["claims.amber_dead_gazette.value"],
        ),
    },
    "force_ordered_twice": {
        "overlapping windows": (
            [("earliest: 2001-06-03T04:00", "earliest: 2001-06-02T06:30")],
            ["orders.flank_withdraws.window"],
        ),
    },
    "hindsight_in_prior": {
        "a claim": (
            [(REASON, REASON.replace("invented", "enough for amber_dead_herald"))],
            ["priors.teal_garrison.reason"],
        ),
        "a source": ([(REASON, REASON.replace("invented", "as the Gazette has it"))], ["priors.teal_garrison.reason"]),
        "a day": ([(REASON, REASON.replace("invented", '"as on 2 June"'))], ["priors.teal_garrison.reason"]),
        "a number": (
            [("value: over 40", "value: over 140"), (REASON, REASON.replace("invented", "more than 140 fell"))],
            ["priors.teal_garrison.reason"],
        ),
        "a median": (
            [("value: over 40", "value: over 300")],
            ["priors.teal_garrison.median", "priors.reference_strength.value"],
        ),
        "a reference": (
            [(REASON, REASON.replace("invented", "invented, basis: literature, reference: [invented]"))],
            ["priors.teal_garrison.reference.0"],
        ),
    },
    "losses_above_strength": {
        "more than there were": ([("value: over 40", "value: over 4000")], ["claims.amber_dead_herald.value"]),
    },
    "number_without_source": {
        "a claim that says otherwise": (
            [(WATCH, "strength: {value: 60, claim: relief_came}")],
            ["forces.watch.strength.value"],
        ),
        "a claim without a number": (
            [(WATCH, "strength: {value: 60, claim: village_taken}")],
            ["forces.watch.strength.claim"],
        ),
        "an assumption that says nothing": (
            [(WATCH, WATCH.replace("a company", "TODO"))],
            ["forces.watch.strength.assumption"],
        ),
        "a reason that says nothing": (
            [(REASON, REASON.replace("invented", '"???"'))],
            ["priors.teal_garrison.reason"],
        ),
        "a source without a key": (
            [("kind: press, reference: invented", 'kind: press, reference: ""')],
            ["sources.gazette.reference"],
        ),
    },
    "infeasible_order": {
        "a force that comes later": (
            [
                (
                    "earliest: 2001-06-03T09:00, latest: 2001-06-03T12:00",
                    "earliest: 2001-06-02T09:00, latest: 2001-06-02T12:00",
                )
            ],
            ["orders.hill_counterattack.forces.0"],
        ),
        "an impossible holder": (
            [("daylight_only: true", "requires: {place: mill, held_by: amber}")],
            ["orders.hill_assault.requires"],
        ),
        "strikes on nobody": (
            [("target: village\n    alternative_targets: [hill, camp]", "target: mill")],
            ["orders.afternoon_strikes.target"],
        ),
        "a bomb on nobody": (
            [
                (
                    "kind: vehicle_bomb\n    side: amber\n    target: fort",
                    "kind: vehicle_bomb\n    side: amber\n    target: camp",
                )
            ],
            ["orders.gate_bomb.target"],
        ),
        "a bomb with nobody near": (
            [
                (
                    "kind: vehicle_bomb\n    side: amber\n    target: fort",
                    "kind: vehicle_bomb\n    side: amber\n    target: mill",
                ),
                ("forces: [vanguard, flank]\n    target: fort", "forces: [vanguard, flank]\n    target: village"),
                ("    axis: [fort]\n", ""),
            ],
            ["orders.gate_bomb.target"],
        ),
        "an ambush of nobody": (
            [("forces: [watch, garrison]\n    target: village", "forces: [watch, garrison]\n    target: mill")],
            ["orders.lane_ambush.target"],
        ),
        "an ambush by forces elsewhere": (
            [
                ("forces: [watch, garrison]\n    target: village", "forces: [riders]\n    target: camp"),
                ("covered_places: [fort, village]", "covered_places: [fort]"),
            ],
            ["orders.lane_ambush.target"],
        ),
        "an attack on one's own": (
            [
                ("forces: [relief, watch]\n    target: hill", "forces: [relief, watch]\n    target: mill"),
                (
                    "role: holdout\n    reason: the last day is held out",
                    "role: context\n    reason: the last day is left out",
                ),
            ],
            ["orders.hill_counterattack.target"],
        ),
        "a relief to the enemy": (
            [("forces: [relief]\n    target: fort", "forces: [relief]\n    target: camp")],
            ["orders.relief_arrives.target"],
        ),
        "a reserve too late": (
            [("covered_places: [fort, village]", "covered_places: [fort, village]\n    available_from: 2001-06-05")],
            ["orders.riders_in_reserve.available_from"],
        ),
    },
    "place_out_of_reach": {
        "a place without links": (
            [
                ("  fort_mill: {between: [fort, mill], road_type: road, rationale: the mill road}\n", ""),
                ("location: mill\n", "location: fort\n"),
            ],
            ["places.mill"],
        ),
        "a way that stays closed": (
            [
                ("between: [village, camp]", "between: [mill, camp]"),
                (
                    "between: [hill, camp], road_type: path, km: {value: 5.0",
                    "between: [mill, camp], road_type: path, km: {value: 9.0",
                ),
                ("km.value, value: 4.2", "km.value, value: 8"),
            ],
            ["orders.village_assault.forces.0", "orders.hill_assault.forces.0"],
        ),
        "too slow a march": (
            [
                (
                    "march_kmh: {distribution: uniform, low: 3, high: 5",
                    "march_kmh: {distribution: uniform, low: 0.01, high: 0.05",
                )
            ],
            [
                "orders.village_assault.forces.0",
                "orders.hill_assault.forces.0",
                "orders.fort_assault.forces.1",
                "orders.hill_counterattack.forces.0",
                "orders.riders_in_reserve.forces.0",
            ],
        ),
    },
    "prior_excludes_claim": {
        "a strength": (
            [with_claims("herald; measure: strength, side: amber, until: 2001-06-01T00:00; exactly 100")],
            ["claims.extra_1.value"],
        ),
        "more than one force has": (
            [
                with_claims(
                    "herald; measure: strength, side: teal, forces: [watch], until: 2001-06-01T00:00; exactly 217"
                )
            ],
            ["claims.extra_1.value"],
        ),
        "equipment": (
            [
                with_claims(
                    "herald; measure: equipment_captured, side: amber, equipment: guns, until: 2001-06-03; over 10"
                )
            ],
            ["claims.extra_1.value"],
        ),
        "sorties": (
            [with_claims("herald; measure: sorties, side: teal, until: 2001-06-03; over 40")],
            ["claims.extra_1.value"],
        ),
        "people who joined": (
            [("value: exactly 80", "value: exactly 800"), ("claim: relief_came", "assumption: a tenth")],
            ["claims.relief_came.value"],
        ),
        "the claim of a force": (
            [
                (
                    "share: 0.55, assumption: the larger half}\n",
                    "share: 0.55, assumption: the larger half}\n    based_on: [relief_came]\n",
                )
            ],
            ["forces.vanguard.strength"],
        ),
    },
    "unsound_reading": {
        "an answer that a place contradicts": (
            [("roads.hill_camp.km.value, value: 4.2", "roads.hill_camp.km.value, value: 2")],
            ["readings.hill_distance.options.straight"],
        ),
    },
    "missing_source_model": {
        "a source": (
            [
                ("  herald: {", "  scout: {name: a scout, kind: press, reference: invented}\n  herald: {"),
                with_claims("scout; measure: control, side: teal, place: hill, until: 2001-06-01; part"),
            ],
            ["source_model.sources.scout"],
        ),
        "a side": (
            [
                ("  herald: {", "  scout: {name: a scout, kind: press, reference: invented}\n  herald: {"),
                (ACCOUNT, f"    scout: {{sides: {{teal: {COUNTING}}}, flip_probability: misreport}}\n{ACCOUNT}"),
                with_claims("scout; measure: killed, side: amber, until: 2001-06-01; over 9"),
            ],
            ["source_model.sources.scout.sides.amber"],
        ),
        "equipment": (
            [
                with_claims(
                    "account; measure: equipment_captured, side: teal, equipment: carts, until: 2001-06-01; exactly 1"
                )
            ],
            ["source_model.sources.account.equipment"],
        ),
        "equipment, without a number": (
            [
                with_claims(
                    "account; measure: equipment_captured, side: teal, equipment: carts, until: 2001-06-01; "
                    "did not happen"
                )
            ],
            ["source_model.sources.account.equipment"],
        ),
    },
    "unit_in_two_places": {
        "a unit": (
            [
                (GARRISON, f"    unit_hierarchy: [First Foot]\n{GARRISON}"),
                (OUTPOST, f"    unit_hierarchy: [First Foot]\n{OUTPOST}"),
            ],
            ["forces.outpost.unit_hierarchy.0"],
        ),
        "a unit that one of them says more of": (
            [
                (GARRISON, f"    unit_hierarchy: [Red Brigade, First Foot]\n{GARRISON}"),
                (OUTPOST, f"    unit_hierarchy: [first foot]\n{OUTPOST}"),
            ],
            ["forces.outpost.unit_hierarchy.0"],
        ),
        "a commander": (
            [(GARRISON, f"    commanders: [Ash]\n{GARRISON}"), (OUTPOST, f"    commanders: [Birch, Ash]\n{OUTPOST}")],
            ["forces.outpost.commanders.1"],
        ),
    },
    "unread_items": {
        "one item": ([("schema: 2\n", "schema: 2\nto_read: {claims.village_taken: drafted}\n")], ["to_read"]),
        "an item that is not there": (
            [("schema: 2\n", "schema: 2\nto_read: {claims.nobody: drafted}\n")],
            ["to_read.claims.nobody", "to_read"],
        ),
    },
    "unused_entry": {
        "a source": (
            [("  herald: {", "  bard: {name: the bard, kind: press, reference: invented}\n  herald: {")],
            ["sources.bard"],
        ),
        "a prior": (
            [
                (
                    "  supply_days: {",
                    "  suply_days: {distribution: fixed, value: 4, unit: days, reason: invented}\n  supply_days: {",
                )
            ],
            ["priors.suply_days"],
        ),
    },
}

# Much like the above, and sound.
SOUND: dict[str, dict[str, list[Damage]]] = {
    "pack_out_of_range": {
        "of the battle's years and size": [
            ("priors:\n", "prior_packs: [{file: company, year: 1995, size: 300}]\n\npriors:\n")
        ],
        "a fit that widens by itself": [
            ("priors:\n", "prior_packs: [{file: engagement, year: 2001, size: 100}]\n\npriors:\n")
        ],
    },
    "invalid_suppression": {
        "a warning": [("value: over 40", "value: over 4000"), ("priors:\n", f"{SUPPRESSING}\n\npriors:\n")],
    },
    "claims_double_counted": {
        "contained": [
            with_claims("herald; measure: killed, side: amber, until: 2001-06-01; over 20"),
            ("    value: over 40\n", "    value: over 40\n    includes: [extra_1]\n"),
        ],
        "nested in a group": [
            with_claims(
                "herald; measure: killed, side: amber, until: 2001-06-01; over 20; "
                "role: calibration\n    population: fighters"
            )
        ],
        "one after the other": [
            with_claims("herald; measure: killed, side: amber, since: 2001-06-03, until: 2001-06-03; over 20")
        ],
        "at another place": [
            with_claims(
                "gazette; measure: killed, side: teal, places: [hill], since: 2001-06-02, until: 2001-06-03; over 2",
                "gazette; measure: killed, side: teal, places: [fort], since: 2001-06-02, until: 2001-06-03; over 2",
            )
        ],
        "carried": [
            with_claims(
                "herald; measure: killed, side: amber, until: 2001-06-01; over 20; "
                "role: context\n    reason: a part of the next"
            )
        ],
    },
    "parts_exhaust_total": {
        "some are left": [
            with_claims(
                "gazette; measure: killed, side: amber, places: [village], until: 2001-06-01; exactly 20; "
                "role: calibration\n    population: fighters"
            )
        ],
        "the days come to the whole": [
            with_claims(
                "gazette; measure: killed, side: teal, since: 2001-06-02, until: 2001-06-02; exactly 9; "
                "role: calibration\n    population: soldiers",
                "gazette; measure: killed, side: teal, until: 2001-06-02; exactly 21; "
                "role: calibration\n    population: soldiers",
            )
        ],
        "another source": [
            with_claims("account; measure: killed, side: amber, places: [village], until: 2001-06-01; exactly 24")
        ],
    },
    "unexplained_control_change": {
        "on the axis": [("    target: village\n    axis: [fort]", "    target: fort\n    axis: [village]")],
        "carried": [
            ("    target: village\n    axis: [fort]", "    target: fort\n    axis: [hill]"),
            ("    value: part\n    role: calibration", "    value: part\n    role: context\n    reason: rumour"),
        ],
    },
    "coordinates_contradict": {"within the radius": [("km: {value: 5.0", "km: {value: 3.4")]},
    "non_monotone_series": {
        "another source": [with_claims("herald; measure: killed, side: teal, until: 2001-06-03; exactly 8")],
        "at another place": [
            with_claims(
                "gazette; measure: killed, side: teal, places: [hill], since: 2001-06-02, until: 2001-06-03; exactly 8"
            )
        ],
    },
    "force_ordered_twice": {
        "the same target": [
            ("earliest: 2001-06-03T04:00", "earliest: 2001-06-02T06:30"),
            ("forces: [flank]\n    target: camp", "forces: [flank]\n    target: fort"),
        ],
        "one waits for the other": [
            ("earliest: 2001-06-03T04:00", "earliest: 2001-06-02T06:30"),
            (
                "    forces: [flank]\n    target: camp",
                "    after: {order: fort_assault}\n    forces: [flank]\n    target: camp",
            ),
        ],
    },
    "hindsight_in_prior": {
        "a day outside the battle": [(REASON, REASON.replace("invented", '"as on 12 June and 2001"'))],
        "a number of another unit": [
            ("value: over 40", "value: over 140"),
            (MARCH, MARCH.replace("invented", "140 marches")),
        ],
        "a year": [("value: over 40", "value: over 1937"), (REASON, REASON.replace("invented", "battles since 1937"))],
        "a small number": [(REASON, REASON.replace("invented", '"40 of them"'))],
    },
    "losses_above_strength": {"nearly all": [("value: over 40", "value: over 1400")]},
    "number_without_source": {"a claim that says so": [(WATCH, "strength: {value: 80, claim: relief_came}")]},
    "infeasible_order": {
        "a holder that may come": [("daylight_only: true", "requires: {place: village, held_by: amber}")],
        "strikes on somebody elsewhere": [
            ("target: village\n    alternative_targets: [hill, camp]", "target: mill\n    alternative_targets: [hill]")
        ],
        "an attack that holds instead": [
            ("forces: [relief, watch]\n    target: hill", "forces: [relief, watch]\n    target: mill"),
            ("on_already_held: cancel", "on_already_held: hold"),
            ("forces: [outpost, garrison]\n    target: village", "forces: [outpost, garrison]\n    target: hill"),
        ],
    },
    "place_out_of_reach": {"a long way": [("km: {value: 5.0", "km: {value: 50")]},
    "prior_excludes_claim": {
        "a strength": [with_claims("herald; measure: strength, side: amber, until: 2001-06-01T00:00; about 500")],
        "that of a force": [
            with_claims("herald; measure: strength, side: teal, forces: [watch], until: 2001-06-01T00:00; exactly 60")
        ],
    },
    "unsound_reading": {
        "an answer within the radius": [
            ("roads.hill_camp.km.value, value: 4.2", "roads.hill_camp.km.value, value: 3.5")
        ],
    },
    "missing_source_model": {
        "carried": [
            with_claims(
                "account; measure: equipment_captured, side: teal, equipment: carts, until: 2001-06-01; exactly 1; "
                "role: context\n    reason: a part of the next"
            )
        ],
        "a bound, not a count": [
            (f"teal: {COUNTING}, amber: {COUNTING}", f"teal: {COUNTING}"),
        ],
    },
    "unit_in_two_places": {
        "one name on both sides": [
            (GARRISON, f"    unit_hierarchy: [First Foot]\n    commanders: [Ash]\n{GARRISON}"),
            (VANGUARD, f"    unit_hierarchy: [First Foot]\n    commanders: [Ash]\n{VANGUARD}"),
        ],
        "one name in two larger units": [
            (GARRISON, f"    unit_hierarchy: [Red Brigade, First Foot]\n{GARRISON}"),
            (OUTPOST, f"    unit_hierarchy: [Blue Brigade, First Foot]\n{OUTPOST}"),
        ],
        "two parts of one unit": [
            (GARRISON, f"    unit_hierarchy: [First Foot, Red Company]\n{GARRISON}"),
            (OUTPOST, f"    unit_hierarchy: [First Foot, Blue Company]\n{OUTPOST}"),
        ],
    },
    "rates_of_other_size": {
        "rates of fights of this size need no law of sizes": [
            (RATES_HOLD.format(11_000), RATES_HOLD.format(200)),
            (
                SIZE_EXPONENT,
                "size_exponent: {distribution: fixed, value: 0",
            ),
        ],
        "somewhat other sizes": [
            (
                LAWS_AGREE.format(300),
                LAWS_AGREE.format(1200),
            ),
        ],
    },
    "unread_items": {"nothing is left": [("schema: 2\n", "schema: 2\nto_read: {}\n")]},
    "unused_entry": {
        "used by a force": [
            ("  carts: {", "  tents: {name: tent, plural: tents}\n  carts: {"),
            ("{carts: {value: 5", "{tents: {value: 9, assumption: a camp}, carts: {value: 5"),
        ]
    },
}

TRIPS = [(rule, case) for rule, cases in TRIPPED.items() for case in cases]
PASSES = [(rule, case) for rule, cases in SOUND.items() for case in cases]


def paths(text: str) -> dict[str, list[str]]:
    """What each rule finds in a text, as paths; rules that find nothing are left out."""
    document = ScenarioDocument("t.yaml", text)
    verdicts = run_rules(build_scenario(document.data, document), document.data)
    return {one.rule.name: [format_path(it.path) for it in one.findings] for one in verdicts if one.findings}


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_is_tripped_by_a_case_and_passed_by_another(rule):
    assert TRIPPED[rule]
    assert SOUND[rule]


def test_every_file_is_a_rule_and_every_case_is_of_one():
    assert {module.name for module in pkgutil.iter_modules(lint.__path__)} - {"base"} == set(RULES)
    assert set(TRIPPED) | set(SOUND) == set(RULES)


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_explains_itself_and_has_a_level(rule):
    assert load_rules()[rule].level in ("WARNING", "ERROR")
    assert len(load_rules()[rule].explanation) > 60


def test_the_teaching_scenario_is_clean():
    assert paths(TEXT) == {}


@pytest.mark.parametrize(("rule", "case"), TRIPS, ids=lambda word: word.replace(" ", "-"))
def test_a_damaged_scenario_trips_its_rule_and_no_other(rule, case):
    damage, wanted = TRIPPED[rule][case]
    assert paths(damaged(*damage)) == {rule: wanted}


@pytest.mark.parametrize(("rule", "case"), PASSES, ids=lambda word: word.replace(" ", "-"))
def test_a_sound_scenario_that_looks_alike_passes(rule, case):
    assert rule not in paths(damaged(*SOUND[rule][case]))


def test_a_documented_battle_has_no_errors():
    for path in sorted(files.scenario_folder().glob("*.yaml")):
        document = ScenarioDocument(path.name, path.read_text(encoding="utf-8"))
        verdicts = run_rules(build_scenario(document.data, document), document.data)
        assert [one.findings for one in verdicts if one.status == "ERROR"] == []


# --- what a scenario suppresses

TRIPPING = damaged(*TRIPPED["losses_above_strength"]["more than there were"][0])
KEY = "losses_above_strength.claims.amber_dead_herald.value"


def test_a_warning_can_be_suppressed_with_a_reason():
    text = f"{TRIPPING}\nsuppress: {{{KEY}: the herald boasts}}\n"
    document = ScenarioDocument("t.yaml", text)
    verdicts = run_rules(build_scenario(document.data, document), document.data)
    assert {one.rule.name: one.suppressed[0][1] for one in verdicts if one.suppressed} == {
        "losses_above_strength": "the herald boasts"
    }
    assert [one for one in verdicts if one.findings] == []


def test_what_is_suppressed_and_no_longer_found_is_told():
    assert paths(f"{TEXT}\nsuppress: {{{KEY}: the herald boasts}}\n") == {"losses_above_strength": [f"suppress.{KEY}"]}


def test_an_error_is_never_suppressed():
    text = damaged(*TRIPPED["infeasible_order"]["an impossible holder"][0])
    key = "infeasible_order.orders.hill_assault.requires"
    told = paths(f"{text}\nsuppress: {{{key}: so be it}}\n")
    assert told == {"invalid_suppression": [f"suppress.{key}"], "infeasible_order": ["orders.hill_assault.requires"]}


def test_an_answer_that_makes_no_scenario_is_told():
    data = load("teaching").model_dump(mode="json", exclude_unset=True)
    data["readings"]["hill_distance"]["options"]["straight"]["edits"][0]["value"] = "far"
    spoilt = Scenario.model_validate(data)
    (finding,) = load_rules()["unsound_reading"].check(spoilt, data)
    assert finding.path == ("readings", "hill_distance", "options", "straight")
    assert "makes no scenario: roads.hill_camp.km.value: not a number" in finding.message


# --- parts and their total, in instances drawn at random

DAYS = [datetime(2001, 6, day) for day in (1, 2, 3, 4)]
PLACES = ("fort", "hill", "village")


@st.composite
def scopes_of_parts(draw) -> list[tuple[frozenset[str] | None, int, int]]:
    """Places, None for all, and the first day and the day after the last, of some parts."""
    places = st.none() | st.frozensets(st.sampled_from(PLACES), min_size=1)
    days = st.tuples(st.integers(0, 2), st.integers(1, 3)).filter(lambda each: each[0] < each[1])
    return [(where, *when) for where, when in draw(st.lists(st.tuples(places, days), max_size=4))]


@pytest.mark.slow
@given(parts=scopes_of_parts())
def test_what_no_part_counts_is_found_as_by_looking_at_every_place_and_day(parts):
    scenario = load("teaching")
    whole = CountScope(("killed", "amber", ""), DAYS[0], DAYS[3], None, None)
    scopes = [replace(whole, since=DAYS[first], until=DAYS[last], places=where) for where, first, last in parts]
    is_left = any(
        not any((where is None or place in where) and first <= day < last for where, first, last in parts)
        for place in scenario.places
        for day in range(3)
    )
    assert bool(list_uncounted(scenario, whole, scopes)) == is_left


@pytest.mark.slow
@given(first=st.integers(0, 60), second=st.integers(0, 60), rest=st.integers(0, 60))
def test_parts_exhaust_their_total_when_a_twentieth_of_it_or_less_is_left(first, second, rest):
    scenario = load("teaching")
    sample = scenario.claims["amber_dead_gazette"].model_dump(mode="json", exclude_unset=True)
    counts = {"village": first, "hill": second}
    claims = {
        place: Claim.model_validate(
            sample | {"value": f"exactly {count}", "observable": sample["observable"] | {"places": [place]}}
        )
        for place, count in counts.items()
    }
    claims["total"] = Claim.model_validate(sample | {"value": f"exactly {first + second + rest}"})
    findings = list(load_rules()["parts_exhaust_total"].check(scenario.model_copy(update={"claims": claims}), {}))
    wanted = first + second > 0 and 20 * rest <= first + second + rest
    assert [finding.path for finding in findings] == [("claims", "total")] * wanted
    for finding in findings:
        assert f"village and hill come to {first + second} of its {first + second + rest}" in finding.message
        assert f"at most {rest} is left for 3 of 5 places from 1 June to 2 June" in finding.message


def test_december_says_which_totals_its_parts_exhaust():
    data = read_document(files.scenario_folder() / "dec2014.yaml").data
    results = {one.rule.name: one for one in run_rules(load("dec2014"), data)}
    messages = [finding.message for finding, _ in results["parts_exhaust_total"].suppressed]
    assert [message.split(",")[0] for message in messages] == [
        "masemekeh_isil_dead and jafra_isil_dead come to 44 of its 45",
        "masemekeh_soldiers_dead and jafra_soldiers_dead come to 49 of its 51",
    ]


unit_names = st.sampled_from(["First Foot", "first foot", "Red Company", "Blue Company"])
forces_with_units = st.lists(
    st.builds(
        lambda side, units, commanders: SimpleNamespace(
            side=side, location="fort", unit_hierarchy=tuple(units), commanders=tuple(commanders)
        ),
        st.sampled_from(["teal", "amber"]),
        st.lists(unit_names, max_size=3),
        st.lists(st.sampled_from(["Ash", "ash", "Birch"]), max_size=1),
    ),
    max_size=6,
)


def teal_unit(*units: str) -> SimpleNamespace:
    """A force of one side that is a unit."""
    return SimpleNamespace(side="teal", location="fort", unit_hierarchy=units, commanders=())


@example([teal_unit("Red Company", "First Foot"), teal_unit("Blue Company", "First Foot"), teal_unit("First Foot")])
@given(forces_with_units)
def test_a_unit_is_in_two_places_only_within_a_side(forces):
    scenario = SimpleNamespace(forces={f"force_{n}": force for n, force in enumerate(forces)})
    found = list(unit_in_two_places.check(scenario, {}))

    def is_shared(one, other) -> bool:
        """Whether two forces name one unit, as far as both say, or one commander."""
        lists = [[name.lower() for name in each.unit_hierarchy][::-1] for each in (one, other)]
        same_unit = all(lists) and all(first == second for first, second in zip(*lists, strict=False))
        return same_unit or {n.lower() for n in one.commanders} & {n.lower() for n in other.commanders} != set()

    assert bool(found) == any(
        one.side == other.side and is_shared(one, other) for one, other in combinations(forces, 2)
    )
    for finding in found:
        named = [word.strip(",") for word in str(finding).split() if word.startswith("force_")]
        assert len({scenario.forces[id].side for id in named}) == 1
