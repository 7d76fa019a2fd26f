"""Every command with its description. A command is a module of this package, imported when it is called."""

from collections.abc import Iterable
from importlib import import_module
from importlib.metadata import version
from typing import Any

import click

from sim.cli.arrow_import import keep_pandas_from_arrow
from sim.nearest_name import find_nearest

# Of the group and of each command: click makes the help option once, as the first call of a command has it.
HELP_OPTIONS = {"help_option_names": ["-h", "--help"]}
COMMANDS = {
    "run": "fight a battle many times and hold the outcomes against the record",
    "whatif": "what would have changed? base case and changes, fought in pairs",
    "serve": "a page whose sliders fight the battle again while they move, on this machine alone",
    "calibrate": "fit parameters and random inputs to the claims: draws that agree with them",
    "pool": "what several calibrated battles say together of one that taught nothing",
    "cross-validate": "each of several calibrated battles forecast from the others, scored beside baselines",
    "sbc": "simulation-based calibration: does the inference find a truth that is known?",
    "compare-models": "which law or reading do the claims speak for? compared by evidence",
    "forecast": "what a model that knows nothing after a cut-off would have foretold, scored beside baselines",
    "report": "a page that holds a calibrated battle against its record, from outputs of other commands",
    "analyse": "what a calibrated battle lets one say: luck, sources, readings, forecasts, on one page",
    "sweep": "many battles at each of many design points: factors, their levels, what comes of it",
    "sensitivity": "what decides the outcome? screening and shares of the variance, chance among them",
    "score": "score a stored run, and baselines that need none, against what was reported",
    "diff": "two outputs beside each other: what differs between them, and what came of each",
    "scenario-discovery": "when does the outcome turn? conditions in words, from a stored sweep or run",
    "tipping-point": "the smallest change of one reinforcement, of sorties or of a moment that turns the outcome",
    "resume": "go on with a run that was interrupted or killed",
    "diary": "one battle as a war diary",
    "play": "command one side of a battle, and see what was your orders and what was luck",
    "check": "check a scenario file",
    "trace": "what became of each sentence of a scenario's text",
    "plot": "draw any figure again from a stored output, or the playback of a battle for a slide",
    "export": "a stored output in a format that others read: CSV, UCDP-GED-like events, ViEWS-like draws, GeoJSON",
    "new": "begin a scenario: write a commented skeleton",
    "migrate": "rewrite a scenario file of schema 1 for this version, with its comments and order",
    "list": "what there is to choose from: scenarios, questions, presets, perturbations, laws, factors, figures",
    "schema": "print the JSON Schema of scenario files, for editors",
    "validate": "hold the model against other battles, from tables of yours",
}
# What commands were called before the command line had the field's names.
FORMER_NAMES = {
    "rehearse": "sbc",
    "reversal": "tipping-point",
    "findings": "analyse",
    "record": "report",
    "coverage": "trace",
    "evidence": "compare-models",
    "compare": "score",
    "discover": "scenario-discovery",
}


def get_module_name(command: str) -> str:
    """The module of a command."""
    return f"sim.cli.{command.replace('-', '_')}"


class CallInterrupted(Exception):
    """What ends a call, on its way past click: its cause is Ctrl-C, or that nobody reads the output any more.

    Click would print an empty line, or exit with code 1.
    """


class CommandGroup(click.Group):
    """The commands for click; only the one that is called is imported."""

    def make_context(self, *given: Any, **named: Any) -> click.Context:
        """Read the arguments, or print the help; raise CallInterrupted for a reader that is gone."""
        try:
            return super().make_context(*given, **named)
        except BrokenPipeError as error:
            raise CallInterrupted from error

    def invoke(self, ctx: click.Context) -> object:
        """Run the command that is called; raise CallInterrupted for Ctrl-C and for a reader that is gone."""
        try:
            return super().invoke(ctx)
        except (KeyboardInterrupt, BrokenPipeError) as error:
            raise CallInterrupted from error

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names in the order of the help."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """A command; None if there is none of this name."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(get_module_name(cmd_name)).command
        keep_pandas_from_arrow()
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that is called; raise UsageError for another name, with the present name for a former one."""
        name = args[0]
        if name in FORMER_NAMES:
            raise click.UsageError(f"sim {name} is now called sim {FORMER_NAMES[name]}", ctx)
        if name not in COMMANDS and not name.startswith("-"):
            nearest = find_nearest(name, [*COMMANDS, *FORMER_NAMES])
            suggestion = f"did you mean {FORMER_NAMES.get(nearest, nearest)}? " if nearest else ""
            raise click.UsageError(f"unknown command (got {name!r}; {suggestion}allowed: {', '.join(COMMANDS)})", ctx)
        return super().resolve_command(ctx, args)

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The usage in one line."""
        formatter.write("sim: a documented battle, fought again\n\nusage: sim COMMAND [setting=value ...]\n")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The commands with their descriptions, and where to find more."""
        formatter.write("\n" + "\n".join(format_aligned(COMMANDS.items())) + "\n")
        formatter.write("\n`sim COMMAND --help` says more; `sim --version` says which version this is.\n")


def format_aligned(rows: Iterable[tuple[str, str]]) -> list[str]:
    """Rows of names and descriptions as two aligned columns."""
    pairs = list(rows)
    width = max((len(name) for name, _ in pairs), default=0)
    return [f"  {name:{width}}  {description}" for name, description in pairs]


def print_version(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    """Print the version and end."""
    if value and not ctx.resilient_parsing:
        click.echo(f"sim {version('sim')}")
        ctx.exit()


group = CommandGroup(
    "sim",
    context_settings=HELP_OPTIONS,
    params=[
        click.Option(["--version"], is_flag=True, expose_value=False, is_eager=True, callback=print_version),
    ],
)
