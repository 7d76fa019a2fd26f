"""How a function becomes a command, and how the arguments of commands are parsed, checked and completed.

Completion in a shell: `eval "$(_SIM_COMPLETE=bash_source sim)"`, likewise for zsh and fish.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

import click
from click.shell_completion import CompletionItem

from sim import paths
from sim.cli.commands import HELP_OPTIONS
from sim.cli.errors import SettingsError, make_choice_error
from sim.cli.former_settings import refuse_former_settings
from sim.cli.groups import CONFIG_DIR, list_top_groups
from sim.cli.scenario_folders import SCENARIOS_DIR, make_scenarios_option

CommandFunction = Callable[[list[str]], int]  # from arguments to an exit code
UNITS = {"mm": 1 / 25.4, "cm": 1 / 2.54, "in": 1.0}  # inches
MAX_DIGITS = 19  # of a whole number; seeds have as many
MIN_WIDTH, MAX_WIDTH = 1.0, 60.0  # inches


def get_command_name(function: Callable[..., object]) -> str:
    """The name of the command that a function is: that of its module."""
    return function.__module__.rpartition(".")[2].replace("_", "-")


class TextCommand(click.Command):
    """A command whose help is a text of ours, made when it is asked for."""

    def __init__(self, *, text: Callable[[], str], callback: Callable[..., object], params: list[click.Parameter]):
        super().__init__(
            get_command_name(callback),
            callback=callback,
            params=params,
            context_settings=HELP_OPTIONS,
        )
        self.text = text

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the text."""
        formatter.write(self.text() + "\n")


def settings_command(
    usage: str,
    primary: str = "config",
    *,
    own_arguments: Sequence[str] = (),
    groups: Sequence[str] = (),
    unused: Sequence[str] = (),
    multirun: CommandFunction | None = None,
    alternatives: Mapping[str, CommandFunction] = MappingProxyType({}),
) -> Callable[[CommandFunction], click.Command]:
    """Make a command of a function that takes settings as they were written.

    `primary` is the command's own file in conf/, `own_arguments` are arguments that Hydra does not see, `groups` are
    groups of conf/ that only this command has, `unused` are shared settings that would have no effect, `multirun`
    is called instead of the function if -m is given, and each of `alternatives` if the option of its name is.
    """

    def make_help() -> str:
        from sim.cli.help import format_help

        return format_help(usage, primary, own_groups=groups, unused=unused)

    def decorate(function: CommandFunction) -> click.Command:
        def call(
            settings: tuple[str, ...],
            config_dir: tuple[str, ...],
            scenarios: tuple[str, ...],
            cfg: str | None,
            info: bool,
            **flags: bool,
        ) -> int:
            refuse_former_settings(get_command_name(function), settings)
            refuse_unused_settings(get_command_name(function), settings, unused)
            folders = [f"{CONFIG_DIR}{each}" for each in config_dir] + [f"{SCENARIOS_DIR}{each}" for each in scenarios]
            argv = [*folders, *settings]
            if cfg or info:
                from sim.cli.help import print_composition

                composed = [argument for argument in argv if argument.partition("=")[0] not in own_arguments]
                return print_composition(composed, primary, info)
            chosen = next((other for name, other in alternatives.items() if flags[name]), function)
            return multirun(argv) if multirun is not None and flags["multirun"] else chosen(argv)

        call.__module__ = function.__module__
        params: list[click.Parameter] = [
            click.Argument(["settings"], nargs=-1, type=click.UNPROCESSED, shell_complete=complete_setting),
            click.Option(["--config-dir"], multiple=True, type=click.Path(exists=True, file_okay=False)),
            make_scenarios_option(),
            click.Option(["--cfg"], type=click.Choice(["job"])),
            click.Option(["--info"], is_flag=True),
        ]
        if multirun is not None:
            params.append(click.Option(["-m", "--multirun"], is_flag=True))
        params += [click.Option([f"--{name}"], is_flag=True) for name in alternatives]
        return TextCommand(text=make_help, callback=call, params=params)

    return decorate


def refuse_unused_settings(command: str, argv: Iterable[str], unused: Sequence[str]) -> None:
    """Raise SettingsError for a setting that all commands share and this one does not use."""
    for argument in argv:
        name = re.split(r"[./@:=]", argument.lstrip("+~"))[0]
        if name in unused:
            raise SettingsError([f"{name}: has no effect on sim {command} (allowed: leave it out)"])


def plain_command(
    usage: str, *options: click.Option, alternatives: Mapping[str, Callable[..., int]] = MappingProxyType({})
) -> Callable[[Callable[..., int]], click.Command]:
    """Make a command of a function that takes arguments as they were written, and options by name.

    Each of `alternatives` is called instead of the function if the option of its name is given.
    """

    def decorate(function: Callable[..., int]) -> click.Command:
        def call(arguments: tuple[str, ...], **options: object) -> int:
            chosen = [other for name, other in alternatives.items() if options.pop(name)]
            return (chosen or [function])[0](list(arguments), **options)

        call.__module__ = function.__module__
        argument = click.Argument(["arguments"], nargs=-1, type=click.UNPROCESSED)
        flags = [click.Option([f"--{name}"], is_flag=True) for name in alternatives]
        return TextCommand(text=lambda: usage, callback=call, params=[argument, *options, *flags])

    return decorate


def complete_setting(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The settings that begin like this or, after the equals sign, the values to choose from."""
    name, equals, value = incomplete.partition("=")
    if not equals:
        return [CompletionItem(f"{each}=") for each in list_setting_names() if each.startswith(name)]
    before, comma, last = value.rpartition(",")
    head = f"{before}{comma}" if comma else "[" if last.startswith("[") else ""
    last = last.removeprefix("[")
    values = list_setting_values(name.lstrip("+"))
    return [CompletionItem(f"{name}={head}{each}") for each in values if each.startswith(last)]


def list_setting_names() -> list[str]:
    """Every setting that all commands have, and the groups of conf/."""
    text = (paths.conf_folder() / "config.yaml").read_text(encoding="utf-8")
    lines = (line for line in text.splitlines() if line[:1].isalpha() and ":" in line)
    names = {line.partition(":")[0] for line in lines} - {"defaults", "hydra"}
    return sorted(names | list_top_groups((paths.conf_folder(),)))


def list_setting_values(name: str) -> list[str]:
    """The values of a setting that takes one of a few names; empty for any other."""
    from sim.cli.choices import CHOICES

    kind = next((kind for kind in CHOICES if name in (kind.setting, kind.name)), None)
    return [] if kind is None else list(kind.read_entries())


def parse_output_arguments(command: str, argv: Sequence[str], allowed: Sequence[str]) -> tuple[Path, dict[str, str]]:
    """The output folder and the options by name; raise SettingsError for anything else."""
    refuse_former_settings(command, (argument for argument in argv if not Path(argument).is_dir()))
    folders = [argument for argument in argv if "=" not in argument or Path(argument).is_dir()]
    if len(folders) != 1:
        raise SettingsError([f"{command}: needs one output folder (got {', '.join(folders) or 'none'})"])
    options: dict[str, str] = {}
    for argument in argv:
        if argument == folders[0]:
            continue
        name, _, value = argument.partition("=")
        if name not in allowed:
            raise SettingsError([f"{name}: unknown option (allowed: {', '.join(allowed)})"])
        if options.setdefault(name, value) != value:
            raise SettingsError([f"{name}: is set twice (got {options[name]} and {value})"])
        if not value:
            raise SettingsError([f"{name}: is empty"])
    return Path(folders[0]), options


def split_arguments(argv: Sequence[str], names: Sequence[str]) -> tuple[dict[str, str], list[str]]:
    """A command's own arguments by name, and the others; raise SettingsError for one that is set twice."""
    own_values: dict[str, str] = {}
    others = []
    for argument in argv:
        name, equals, value = argument.partition("=")
        if not equals or name not in names:
            others.append(argument)
        elif own_values.setdefault(name, value) != value:
            raise SettingsError([f"{name}: is set twice (got {own_values[name]} and {value})"])
    return own_values, others


def parse_list(name: str, text: str, allowed: Sequence[str]) -> tuple[str, ...]:
    """A list, each item once: `svg,pdf` or `[svg,pdf]`; raise SettingsError for an item that is not allowed."""
    items = tuple(dict.fromkeys(item.strip() for item in text.strip("[]").split(",")))
    for item in items:
        if item not in allowed:
            raise make_choice_error(name, name, item, allowed)
    return items


def read_whole_number(text: str) -> int | None:
    """A whole number of up to 19 digits; None for anything else.

    Examples
    --------
    >>> read_whole_number("007"), read_whole_number("-1"), read_whole_number("9" * 5_000)
    (7, None, None)
    """
    digits = text.lstrip("0")
    is_number = text.isascii() and text.isdecimal() and len(digits) <= MAX_DIGITS
    return int(digits or "0") if is_number else None


def parse_number(name: str, text: str, low: float, high: float) -> float:
    """A number within limits; raise SettingsError for anything else."""
    try:
        value = float(text)
    except ValueError:
        raise SettingsError([f"{name}: not a number (got {text!r})"]) from None
    if not low <= value <= high:
        raise SettingsError([f"{name}: out of range (got {text}; allowed: {low:g} to {high:g})"])
    return value


def parse_inches(name: str, text: str) -> float:
    """A length with its unit, in inches; raise SettingsError for anything else."""
    unit = text[-2:]
    allowed = "allowed: a length like 180mm, 18cm or 7in"
    if unit not in UNITS:
        raise SettingsError([f"{name}: has no unit (got {text!r}; {allowed})"])
    try:
        length = float(text[:-2]) * UNITS[unit]
    except ValueError:
        raise SettingsError([f"{name}: not a length (got {text!r}; {allowed})"]) from None
    if not MIN_WIDTH <= length <= MAX_WIDTH:
        raise SettingsError([f"{name}: out of range (got {text}; allowed: {MIN_WIDTH:g}in to {MAX_WIDTH:g}in)"])
    return length


def check_page_path(page: Path) -> Path:
    """The path of a Markdown page that can be written; raise SettingsError for any other."""
    if page.suffix != ".md" or not page.parent.is_dir():
        raise SettingsError([f"page: not a Markdown file in a folder that exists (got {str(page)!r})"])
    return page
