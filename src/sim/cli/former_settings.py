"""Former names of settings, groups of conf/ and fields of perturbations, so that a message can say the present one."""

import re
from collections.abc import Iterable

from sim.cli.errors import SettingsError

FORMER_SETTINGS = {
    "ask": "question",
    "asks": "question_text",
    "base": "saltelli_n",
    "branch": "intervene_at",
    "budget": "max_simulations",
    "clock": "engine",
    "confusion": "recovery_trials",
    "cut": "cutoff",
    "dice": "randomness (own is now matched, fresh is independent)",
    "draws": "hm_draws",
    "experiment": "preset, or question for a what-if",
    "keep": "save_logs",
    "last": "final_sweeps",
    "law_params": "law_parameters",
    "lever": "factor",
    "most": "max_runs",
    "of": "measures",
    "over": "models",
    "params": "parameters",
    "piece": "chunk_size",
    "repeats": "hm_repeats",
    "set": "override",
    "share": "ess_fraction",
    "small": "recovery_particles",
    "wanted": "target_ess",
    "weighted": "importance_draws",
}
# Where one name stood for something else.
FORMER_SETTINGS_OF_COMMANDS = {
    "plot": {"of": "measure"},
    "sbc": {"battles": "datasets"},
    "scenario-discovery": {"of": "measure"},
    "sensitivity": {"keep": "n_selected"},
    "tipping-point": {"of": "event"},
    "whatif": {"experiment": "question"},
}
# Of perturbations and of what is moved to a tipping point, which stand in files of users too.
FORMER_FIELDS = {
    "fate": "outcome",
    "keep": "keep_kinds",
    "lit": "illuminated_fraction",
    "of_kind": "order_kind",
    "of_side": "order_side",
    "says": "description",
    "sky": "condition",
    "what": "definition",
}


def refuse_former_settings(command: str, argv: Iterable[str]) -> None:
    """Raise SettingsError if an argument is set by the name that it had before, with its present name."""
    present_names = FORMER_SETTINGS | FORMER_SETTINGS_OF_COMMANDS.get(command, {})
    for argument in argv:
        key, equals, _ = argument.partition("=")
        name = re.split(r"[./@:]", key.lstrip("+~"))[0]
        if equals and name in present_names:
            raise SettingsError([f"{name}: now called {present_names[name]}"])


def find_present_name(path: tuple[str | int, ...]) -> str | None:
    """What an unknown setting at a path is called now; None if it never was a setting."""
    if len(path) == 1:
        return FORMER_SETTINGS.get(str(path[0]))
    return FORMER_FIELDS.get(str(path[-1])) if path[0] in ("perturb", "factor") else None
