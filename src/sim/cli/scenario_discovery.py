"""`sim scenario-discovery OUTPUT`: the conditions under which an outcome comes about, from a stored run or sweep."""

from sim.analysis.discovery_data import check_data, read_discovery_data, select_outcome
from sim.analysis.scenario_discovery import MAX_DEPTH, discover_conditions
from sim.cli.arguments import parse_output_arguments, plain_command
from sim.cli.build import require_library
from sim.cli.console import make_console
from sim.cli.errors import SettingsError
from sim.storage.reader import open_output
from sim.storage.seal import StoredError

USAGE = (
    "usage: sim scenario-discovery OUTPUT [measure=MEASURE] [above=NUMBER | below=NUMBER]\n\n"
    "Reads the folder of a `sim run`, `sim sweep` or `sim sensitivity` and says under which conditions an outcome\n"
    "comes about: the objective falls, if nothing else is asked; or a measure above or below a number."
)


@plain_command(USAGE)
def command(argv: list[str]) -> int:
    """Print the conditions."""
    require_library("sklearn", "sim scenario-discovery", "sensitivity")
    folder, options = parse_output_arguments("scenario-discovery", argv, ("measure", "above", "below"))
    if "above" in options and "below" in options:
        raise SettingsError(["above: goes without below"])
    try:
        stored = read_discovery_data(open_output(folder))
        outcome, text = select_outcome(stored, options)
        check_data(folder, stored)
    except StoredError as error:
        raise SettingsError([str(error)]) from error
    from sim.report.scenario_discovery import UNCALIBRATED_NOTE, describe_conditions
    from sim.report.text import format_caveat

    console = make_console()
    for sentence in describe_conditions(discover_conditions(stored.factors, outcome, stored.groups), text):
        console.print(sentence, highlight=False)
    console.print(f"Tried: up to {MAX_DEPTH} conditions at a time on {len(stored.factors)} unknowns.", highlight=False)
    console.print(format_caveat(stored.manifest.posterior, UNCALIBRATED_NOTE), highlight=False)
    return 0
