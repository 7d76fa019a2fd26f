"""Errors of Hydra and OmegaConf in words: which setting, what is wrong with it, what is allowed."""

import re
from collections.abc import Collection

from sim.cli.errors import suggest_name

# How Hydra begins a message, and what it says of the setting; the rest of its messages are advice to programmers.
PATTERNS = (
    (r"Could not override '([^']*)'\. No match in the defaults list", "unknown"),
    (r"Could not override '([^']*)'", "unknown"),
    (r"Could not append to config\. An item is already at '([^']*)'", "there"),
    (r"Could not append '([^'=]*)", "there"),
    (r"Could not delete from config\. '([^']*)' does not exist", "absent"),
    (r"Could not delete from config\. The value of '([^']*)' is", "absent"),
    (r"Could not delete '([^'=]*)", "absent"),
    (r"Error merging override \W*([\w./-]*)", "mismatch"),
    (r"Multiple values for ([\w./-]*)", "twice"),
)
# Settings that have parts, which may be added.
MAPPINGS = ("perturb", "factors", "half_width")


def format_hydra_error(error: Exception, allowed: Collection[str]) -> str:
    """The message of an error of Hydra in one line.

    Parameters
    ----------
    error
        What Hydra or OmegaConf raised when it composed settings.
    allowed
        The names of the settings that the command has.

    Returns
    -------
    str
        The name of the setting, what is wrong with it, and what is allowed.

    Examples
    --------
    >>> format_hydra_error(ValueError("Could not override 'sede'."), ["name", "seed"])
    'sede: unknown option (did you mean seed? allowed: name, seed)'
    """
    text = " ".join(str(error).split())
    for pattern, kind in PATTERNS:
        if match := re.match(pattern, text):
            return describe_fault(kind, match[1].partition("@")[0], allowed)
    return f"settings: {text.partition(' See https://')[0]}"


def describe_fault(kind: str, key: str, allowed: Collection[str]) -> str:
    """What is wrong with a setting, by the kind of Hydra's message."""
    name, _, part = key.partition(".")
    match kind:
        case "there":
            return f"{key}: is there already (allowed: {key}=VALUE, without a plus)"
        case "absent":
            return f"{key}: is not set to that, so that nothing can be left out"
        case "mismatch":
            return f"{key}: a value of another kind is wanted (allowed: a mapping, where it has parts)"
        case "twice":
            return f"{key}: is chosen twice"
    if name == "law_parameters" and part:
        return f"{key}: a parameter of the law is set with a plus (allowed: +law_parameters.NAME=0.5)"
    if name in ("override", "reading"):
        allowed_forms = "allowed: +override.PATH=VALUE, +reading.NAME=OPTION"
        return f"{key}: what the scenario has is changed with a plus ({allowed_forms})"
    if name in allowed and part and name in MAPPINGS:
        return f"{key}: is not there (allowed: +{key}=VALUE for a new one)"
    if name in allowed:
        return f"{key}: can't be set so (allowed: {name}=VALUE)"
    return f"{key}: unknown option ({suggest_name(name, allowed)}allowed: {', '.join(allowed)})"
