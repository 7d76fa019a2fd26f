"""`sim export OUTPUT format=NAME`: a stored output in a format that others read."""

from pathlib import Path

from sim.cli.arguments import parse_list, parse_output_arguments, plain_command
from sim.cli.console import track_progress
from sim.cli.errors import SettingsError
from sim.outputs import exports
from sim.storage.reader import open_output
from sim.storage.seal import StoredError

USAGE = (
    "usage: sim export OUTPUT format=claims|csv|ged|geojson|kml|orbat_mapper|views [to=DIR]\n\n"
    "Writes what a command left behind in a format that others read, with a datapackage.json that says what each\n"
    "column is. csv takes any output, and so does claims: what the scenario's sources reported, in the columns that\n"
    "sim new NAME from=FILE reads. The others take that of sim run: ged has simulated events in the columns of UCDP's\n"
    "event data, views has draws in the form of ViEWS, geojson has control by day and the battlefield with forces,\n"
    "kml (Google Earth) and orbat_mapper have the first battle whose events are kept: forces, strengths and marches.\n"
    "Every file but claims says that it is simulated. The files go to OUTPUT/exports/FORMAT unless another folder is\n"
    "named; a file that is there stays."
)


@plain_command(USAGE)
def command(argv: list[str]) -> int:
    """Export, and print the files."""
    folder, options = parse_output_arguments("export", argv, ("format", "to"))
    if "format" not in options:
        raise SettingsError([f"format: is missing (allowed: {', '.join(exports.list_formats())})"])
    names = parse_list("format", options["format"], exports.list_formats())
    if len(names) > 1:
        raise SettingsError([f"format: one at a time (got {options['format']})"])
    try:
        output = open_output(folder)
        target = Path(options["to"]) if "to" in options else folder / "exports" / names[0]
        for path in exports.export_output(names[0], output, target, track_progress):
            print(path)
    except StoredError as error:
        raise SettingsError([str(error)]) from error
    except OSError as error:
        raise SettingsError([f"to: can't write into {error.filename}: {error.strerror}"]) from error
    return 0
