"""Faults of settings that pydantic finds, in one line each: what was found, the nearest name, what is allowed."""

import re
from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel

from sim.cli.errors import suggest_name
from sim.cli.former_settings import find_present_name
from sim.perturbations import PERTURBATIONS
from sim.scenario.fault_words import describe_value_fault
from sim.scenario.problems import shorten

MAX_SHOWN = 200  # characters of a value in a message
ALLOWED_NAMES = re.compile(r"(.*) \(allowed: ([^()]*)\)", re.DOTALL)  # at the end of a message of ours


def format_fault(fault: Any, model: type[BaseModel]) -> str:
    """One fault of settings in one line.

    Parameters
    ----------
    fault
        An entry of `ValidationError.errors()`.
    model
        The settings that were read, whose names are allowed.

    Returns
    -------
    str
        `setting: what is wrong (got VALUE; did you mean NAME? allowed: ...)`.
    """
    path = ".".join(str(step) for step in fault["loc"])
    if fault["type"] == "extra_forbidden" and (present_name := find_present_name(fault["loc"])):
        return f"{path}: now called {present_name}"
    if fault["type"] == "extra_forbidden":
        names = list_allowed_keys(fault["loc"], model)
        return f"{path}: unknown option ({suggest_name(str(fault['loc'][-1]), names)}allowed: {', '.join(names)})"
    if fault["type"] == "missing":
        return f"{path}: is missing"
    message: str = fault["msg"].removeprefix("Value error, ")
    if not path or message.startswith((f"{path}:", f"{path}.")):  # of ours, and says where
        return message
    message, allowed = describe_setting_fault(fault)
    suggestion = suggest_value(fault["input"], allowed)
    return f"{path}: {message} (got {shorten(fault['input'], MAX_SHOWN)}{f'; {suggestion}' if allowed else ''})"


def describe_setting_fault(fault: Any) -> tuple[str, str]:
    """What is wrong with a setting, and what is allowed; the latter is empty if the message says it."""
    if fault["type"] == "string_pattern_mismatch":
        return "not a name for a folder", "letters, digits, and after the first one . _ -"
    message, allowed = describe_value_fault(fault)
    match = ALLOWED_NAMES.fullmatch(message)
    return (match[1], match[2]) if match else (message, allowed)


def suggest_value(value: object, allowed: str) -> str:
    """What is allowed, after the nearest of these names if there is one."""
    names = allowed.split(", ")
    return f"{suggest_name(value, names) if isinstance(value, str) else ''}allowed: {allowed}"


def list_allowed_keys(location: Sequence[Any], model: type[BaseModel]) -> list[str]:
    """The keys that might stand where an unknown one does: those of a perturbation, or of the settings."""
    if location[0] == "perturb" and len(location) == 4 and location[2] in PERTURBATIONS.load_all():  # name, kind, key
        return list(PERTURBATIONS.load(location[2]).model_fields)
    return list(model.model_fields)
