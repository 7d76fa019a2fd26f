"""`sim scenario-discovery OUTPUT`: under which conditions does the outcome turn? From a stored run or sweep."""

from sim.cli.arguments import parse_output_arguments, plain_command
from sim.cli.screen import screen
from sim.cli.settings import SettingsError
from sim.cli.stage import need
from sim.discovery.asked import check, outcome_of
from sim.discovery.stored import read
from sim.discovery.tree import DEPTH, discover
from sim.experiment.stored import StoredError

USAGE = (
    "usage: sim scenario-discovery OUTPUT [of=MEASURE] [above=NUMBER | below=NUMBER]\n\n"
    "Reads the folder of a `sim run`, `sim sweep` or `sim sensitivity` and says under which conditions an outcome\n"
    "comes about: the objective falls, if nothing else is asked; or a measure above or below a number."
)


@plain_command(USAGE)
def command(words: list[str]) -> int:
    """Say the conditions."""
    need("sklearn", "sim scenario-discovery", "sensitivity")
    folder, asked = parse_output_arguments("scenario-discovery", words, ("of", "above", "below"))
    if "above" in asked and "below" in asked:
        raise SettingsError(["above: goes without below"])
    try:
        stored = read(folder)
        outcome, text = outcome_of(stored, asked)
        check(folder, stored)
    except StoredError as error:
        raise SettingsError([str(error)]) from error
    from sim.report.discovery import UNCALIBRATED, answers
    from sim.report.standing import standing

    console = screen()
    for sentence in answers(discover(stored.factors, outcome, stored.group), text):
        console.print(sentence, highlight=False)
    console.print(f"At most {DEPTH} conditions at a time, of {len(stored.factors)} factors.", highlight=False)
    console.print(standing(stored.manifest, UNCALIBRATED), highlight=False)
    return 0
