"""`sim discover OUTPUT`: under which conditions does the outcome turn? From what a run or a sweep left behind."""

from pathlib import Path

from sim.cli.screen import screen
from sim.cli.settings import SettingsError
from sim.cli.stage import need
from sim.discovery.asked import check, outcome_of
from sim.discovery.stored import read
from sim.discovery.tree import DEPTH, discover
from sim.experiment.stored import StoredError

USAGE = (
    "usage: sim discover OUTPUT [of=MEASURE] [above=NUMBER | below=NUMBER]\n\n"
    "Reads the folder of a `sim run`, `sim sweep` or `sim sensitivity` and says under which conditions an outcome\n"
    "comes about: the objective falls, if nothing else is asked; or a measure above or below a number."
)


def command(words: list[str]) -> int:
    """Say the conditions."""
    if "-h" in words or "--help" in words:
        print(USAGE)
        return 0
    need("sklearn", "sim discover", "sensitivity")
    folder, asked = taken(words)
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


def taken(words: list[str]) -> tuple[Path, dict[str, str]]:
    """The folder and the settings; raise SettingsError for anything else."""
    folders = [word for word in words if "=" not in word]
    if len(folders) != 1:
        raise SettingsError([f"discover: needs one output folder (got {len(folders)})"])
    asked = dict(word.split("=", 1) for word in words if "=" in word)
    for name in asked:
        if name not in ("of", "above", "below"):
            raise SettingsError([f"{name}: unknown option (allowed: of, above, below)"])
    if "above" in asked and "below" in asked:
        raise SettingsError(["above: goes without below"])
    return Path(folders[0]), asked
