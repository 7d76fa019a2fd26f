"""`sim export OUTPUT format=NAME`: a stored output in a format that others read."""

from pathlib import Path

from sim import exports
from sim.cli.arguments import parse_list, parse_output_arguments, plain_command
from sim.cli.plot import watch
from sim.cli.settings import SettingsError
from sim.experiment.stored import StoredError, opened

USAGE = (
    "usage: sim export OUTPUT format=csv|ged|geojson|views [to=DIR]\n\n"
    "Writes what a command left behind in a format that others read, with a datapackage.json that says what each\n"
    "column is. csv takes any output; the others that of sim run: ged has simulated events in the columns of UCDP's\n"
    "event data, views has draws in the form of ViEWS, geojson has control by day. Every file says that it is\n"
    "simulated. The files go to OUTPUT/exports/FORMAT unless another folder is named; a file that is there stays."
)


@plain_command(USAGE)
def command(words: list[str]) -> int:
    """Export, and print the files."""
    folder, asked = parse_output_arguments("export", words, ("format", "to"))
    if "format" not in asked:
        raise SettingsError([f"format: is missing (allowed: {', '.join(exports.names())})"])
    names = parse_list("format", asked["format"], exports.names())
    if len(names) > 1:
        raise SettingsError([f"format: one at a time (got {asked['format']})"])
    try:
        output = opened(folder)
        to = Path(asked["to"]) if "to" in asked else folder / "exports" / names[0]
        for path in exports.export(names[0], output, to, watch):
            print(path)
    except StoredError as error:
        raise SettingsError([str(error)]) from error
    except OSError as error:
        raise SettingsError([f"to: can't write into {error.filename}: {error.strerror}"]) from error
    return 0
