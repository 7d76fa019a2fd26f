"""Completion of settings in a shell: `eval "$(_SIM_COMPLETE=bash_source sim)"`, likewise for zsh and fish."""

import click
from click.shell_completion import CompletionItem

from sim import files


def complete_setting(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The settings that begin like this or, after the equals sign, the values there are to choose from."""
    name, equals, value = incomplete.partition("=")
    if not equals:
        return [CompletionItem(f"{each}=") for each in setting_names() if each.startswith(name)]
    before, comma, last = value.rpartition(",")
    head = f"{before}{comma}" if comma else "[" if last.startswith("[") else ""
    last = last.removeprefix("[")
    return [CompletionItem(f"{name}={head}{each}") for each in choices(name.lstrip("+")) if each.startswith(last)]


def setting_names() -> list[str]:
    """Every setting that all commands have, and the groups of conf/."""
    text = (files.conf_folder() / "config.yaml").read_text(encoding="utf-8")
    lines = (line for line in text.splitlines() if line[:1].isalpha() and ":" in line)
    names = {line.partition(":")[0] for line in lines} - {"defaults", "hydra"}
    return sorted(names | {path.name for path in files.conf_folder().iterdir() if path.is_dir()})


def choices(name: str) -> list[str]:
    """What a setting can be, where that is one of a few names."""
    from sim.cli.choices import CHOICES

    kind = next((kind for kind in CHOICES if name in (kind.setting, kind.name)), None)
    return [] if kind is None else list(kind.entries())
