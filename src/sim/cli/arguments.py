"""What commands take: settings for Hydra to compose, or a stored output and a few options, each as `name=value`."""

from collections.abc import Callable, Sequence
from pathlib import Path

import click

from sim.cli.completion import complete_setting
from sim.cli.groups import CONFIG_DIR
from sim.cli.settings import SettingsError


class TextCommand(click.Command):
    """A command whose help is a text of ours, made when it is asked for."""

    def __init__(self, *, text: Callable[[], str], callback: Callable[..., object], params: list[click.Parameter]):
        super().__init__(callback.__module__.rpartition(".")[2].replace("_", "-"), callback=callback, params=params)
        self.text = text

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the text."""
        formatter.write(self.text() + "\n")


Function = Callable[[list[str]], int]
SETTINGS = "settings"


def settings_command(
    usage: str, *primary: str, own: Sequence[str] = (), groups: Sequence[str] = (), multirun: bool = False
) -> Callable[[Function], click.Command]:
    """Make a command of a function that takes settings as they were written.

    `primary` is the command's own file in conf/, `own` are arguments that Hydra does not see, `groups` are groups of
    conf/ that only this command has, and `multirun` lets it be called with -m.
    """

    def help_of_command() -> str:
        from sim.cli.help import help_text

        return help_text(usage, *primary, own_groups=groups)

    def decorate(function: Function) -> click.Command:
        def call(
            settings: tuple[str, ...], config_dir: tuple[str, ...], cfg: str | None, info: bool, **more: bool
        ) -> int:
            argv = [*(f"{CONFIG_DIR}{folder}" for folder in config_dir), *settings]
            if cfg or info:
                from sim.cli.help import print_composition

                composed = [word for word in argv if word.partition("=")[0] not in own]
                return print_composition(composed, primary[0] if primary else "config", info)
            return function([*(["-m"] if more.get("multirun") else []), *argv])

        call.__module__ = function.__module__
        params: list[click.Parameter] = [
            click.Argument([SETTINGS], nargs=-1, type=click.UNPROCESSED, shell_complete=complete_setting),
            click.Option(["--config-dir"], multiple=True, type=click.Path(exists=True, file_okay=False)),
            click.Option(["--cfg"], type=click.Choice(["job"])),
            click.Option(["--info"], is_flag=True),
        ]
        if multirun:
            params.append(click.Option(["-m", "--multirun"], is_flag=True))
        return TextCommand(text=help_of_command, callback=call, params=params)

    return decorate


def plain_command(usage: str, *options: click.Option) -> Callable[[Callable[..., int]], click.Command]:
    """Make a command of a function that takes words as they were written, and options by name."""

    def decorate(function: Callable[..., int]) -> click.Command:
        def call(words: tuple[str, ...], **chosen: object) -> int:
            return function(list(words), **chosen)

        call.__module__ = function.__module__
        argument = click.Argument(["words"], nargs=-1, type=click.UNPROCESSED)
        return TextCommand(text=lambda: usage, callback=call, params=[argument, *options])

    return decorate


def parse_output_arguments(command: str, words: Sequence[str], allowed: Sequence[str]) -> tuple[Path, dict[str, str]]:
    """The folder and the options; raise SettingsError for anything else, one line for each fault."""
    folders = [word for word in words if "=" not in word or Path(word).is_dir()]
    if len(folders) != 1:
        raise SettingsError([f"{command}: needs one output folder (got {', '.join(folders) or 'none'})"])
    options: dict[str, str] = {}
    for word in words:
        if word == folders[0]:
            continue
        name, _, value = word.partition("=")
        if name not in allowed:
            raise SettingsError([f"{name}: unknown option (allowed: {', '.join(allowed)})"])
        if options.setdefault(name, value) != value:
            raise SettingsError([f"{name}: is set twice (got {options[name]} and {value})"])
        if not value:
            raise SettingsError([f"{name}: is empty"])
    return Path(folders[0]), options


def split_arguments(words: Sequence[str], names: Sequence[str]) -> tuple[dict[str, str], list[str]]:
    """A command's own arguments by name, and the other words; raise SettingsError for one that is set twice."""
    own: dict[str, str] = {}
    rest = []
    for word in words:
        name, equals, value = word.partition("=")
        if not equals or name not in names:
            rest.append(word)
        elif own.setdefault(name, value) != value:
            raise SettingsError([f"{name}: is set twice (got {own[name]} and {value})"])
    return own, rest


def parse_list(name: str, written: str, allowed: Sequence[str]) -> tuple[str, ...]:
    """What is chosen from a list, each once: `svg,pdf` or `[svg,pdf]`; raise SettingsError for what there is not."""
    chosen = tuple(dict.fromkeys(each.strip() for each in written.strip("[]").split(",")))
    for each in chosen:
        if each not in allowed:
            raise SettingsError([f"{name}: unknown {name} (got {each!r}; allowed: {', '.join(allowed)})"])
    return chosen


def parse_number(name: str, written: str, low: float, high: float) -> float:
    """A number within limits; raise SettingsError for anything else."""
    try:
        value = float(written)
    except ValueError:
        raise SettingsError([f"{name}: not a number (got {written!r})"]) from None
    if not low <= value <= high:
        raise SettingsError([f"{name}: out of range (got {written}; allowed: {low:g} to {high:g})"])
    return value


UNITS = {"mm": 1 / 25.4, "cm": 1 / 2.54, "in": 1.0}  # inches
NARROWEST, WIDEST = 1.0, 60.0  # inches


def parse_inches(name: str, written: str) -> float:
    """A length with its unit, in inches; raise SettingsError for anything else."""
    unit = written[-2:]
    allowed = "allowed: a length like 180mm, 18cm or 7in"
    if unit not in UNITS:
        raise SettingsError([f"{name}: has no unit (got {written!r}; {allowed})"])
    try:
        length = float(written[:-2]) * UNITS[unit]
    except ValueError:
        raise SettingsError([f"{name}: not a length (got {written!r}; {allowed})"]) from None
    if not NARROWEST <= length <= WIDEST:
        raise SettingsError([f"{name}: out of range (got {written}; allowed: {NARROWEST:g}in to {WIDEST:g}in)"])
    return length
