"""Data dictionary of the export formats: claims, GED, GeoJSON, ViEWS."""

from sim.outputs.columns import DAY, PLACE, SHARE_OF_BATTLES, OutputColumn, OutputTable
from sim.scenario.claim_table import list_claim_columns

EMPTY_DESCRIPTION = "left empty: the simulation knows nothing of it"
FILLED_COLUMNS = (
    OutputColumn("id", "string", "", "`SIM-`, the run and a number; never one of UCDP's ids, which are numbers"),
    OutputColumn("relid", "string", "", "`SIM-`, scenario, run, day and place"),
    OutputColumn("year", "integer", "", "of the event"),
    OutputColumn("code_status", "string", "", "always `Simulated`"),
    OutputColumn("conflict_name", "string", "", "title of the scenario, marked as simulated"),
    OutputColumn("dyad_name", "string", "", "both sides"),
    OutputColumn("side_a", "string", "", "the scenario's first side"),
    OutputColumn("side_b", "string", "", "the scenario's second side"),
    OutputColumn("number_of_sources", "integer", "", "always 0: nobody reported it"),
    OutputColumn("source_article", "string", "", "that it is simulated, by which version, from which results"),
    OutputColumn("source_original", "string", "", "always `simulation`"),
    OutputColumn("where_prec", "integer", "", "1: the place's coordinates are sourced; 2: they are estimated"),
    OutputColumn("where_coordinates", "string", "", "name of the place"),
    OutputColumn("where_description", "string", "", "within how many km the place is estimated, and why"),
    OutputColumn("latitude", "number", "degrees", "of the place"),
    OutputColumn("longitude", "number", "degrees", "of the place"),
    OutputColumn("geom_wkt", "string", "", "the point"),
    OutputColumn("priogrid_gid", "integer", "", "cell of PRIO-GRID"),
    OutputColumn("event_clarity", "integer", "", "always 2: all fights of the day there in one"),
    OutputColumn("date_prec", "integer", "", "always 1: known to the day"),
    OutputColumn("date_start", "date", "", "local date"),
    OutputColumn("date_end", "date", "", "the same"),
    OutputColumn("deaths_a", "integer", "people", "killed of side_a: `best` divided as all deaths there are"),
    OutputColumn("deaths_b", "integer", "people", "killed of side_b: the rest of `best`"),
    OutputColumn("best", "integer", "people", "part of the dead of the median battle: the rows add up to them"),
    OutputColumn("high", "integer", "people", "part of the 95% quantile of the battles' dead: the rows add up to it"),
    OutputColumn("low", "integer", "people", "part of the 5% quantile of the battles' dead: the rows add up to it"),
)
ADDED_COLUMNS = (
    OutputColumn("simulated", "boolean", "", "always true: no row is an event of the past"),
    OutputColumn("scenario", "string", "", "name of the scenario"),
    OutputColumn("run_id", "string", "", "digest of the results"),
    OutputColumn("replications", "integer", "battles", "that the numbers are taken from"),
    OutputColumn("share_of_battles", "number", "share of battles", "in which anybody was killed there on that day"),
    OutputColumn("own_low", "integer", "people", "killed there on that day: the 5% quantile over the battles"),
    OutputColumn("own_median", "integer", "people", "the median over the battles; these add up to no battle's dead"),
    OutputColumn("own_high", "integer", "people", "the 95% quantile over the battles"),
)
EMPTY_COLUMN_NAMES = [
    "active_year",
    "type_of_violence",
    "conflict_dset_id",
    "conflict_new_id",
    "dyad_dset_id",
    "dyad_new_id",
    "side_a_dset_id",
    "side_a_new_id",
    "side_b_dset_id",
    "side_b_new_id",
    "source_office",
    "source_date",
    "source_headline",
    "adm_1",
    "adm_2",
    "country",
    "country_id",
    "region",
    "deaths_civilians",
    "deaths_unknown",
    "gwnoa",
    "gwnob",
]
CLAIMS_TABLES = (
    OutputTable(
        "claims",
        "a claim of the scenario",
        tuple(OutputColumn(name, "string", "", text) for name, text in list_claim_columns().items()),
        "csv",
    ),
)
GED_TABLES = (
    OutputTable(
        "simulated_ged",
        "a day and place with a part of the dead of the battle",
        (
            *FILLED_COLUMNS,
            *(OutputColumn(name, "any", "", EMPTY_DESCRIPTION) for name in EMPTY_COLUMN_NAMES),
            *ADDED_COLUMNS,
        ),
        "csv",
    ),
)


GEOJSON_TABLES = (
    OutputTable(
        "simulated_control",
        "a place and step of time (a day, or the hours of a short battle), a point",
        (
            OutputColumn("simulated", "boolean", "", "always true"),
            PLACE,
            OutputColumn("name", "string", "", "name of the place"),
            OutputColumn("day", "date", "", "local date of the step"),
            OutputColumn("time", "datetime", "", "beginning of the step, with the offset of local time"),
            OutputColumn("time_end", "datetime", "", "end of the step"),
            OutputColumn(
                "control",
                "string",
                "",
                "state in which it most often is at the end of the step: a side, or `contested`",
            ),
            OutputColumn("probability_first", "number", SHARE_OF_BATTLES, "in which the first side holds it then"),
            OutputColumn("probability_contested", "number", SHARE_OF_BATTLES, "in which it is contested then"),
            OutputColumn("probability_second", "number", SHARE_OF_BATTLES, "in which the second side holds it then"),
            OutputColumn("first", "string", "", "id of the first side"),
            OutputColumn("second", "string", "", "id of the second side"),
            OutputColumn("killed_first", "number", "people", "mean killed there in that step"),
            OutputColumn("killed_second", "number", "people", "mean killed there in that step"),
            OutputColumn("people_first", "number", "people", "mean there at the end of the step"),
            OutputColumn("people_second", "number", "people", "mean there at the end of the step"),
            OutputColumn(
                "estimated_within_km", "number", "km", "how far off the position may be; empty if it is sourced"
            ),
            OutputColumn("replications", "integer", "battles", "that the numbers are taken over"),
        ),
        "geojson",
    ),
    OutputTable(
        "simulated_battlefield",
        "a place, a road, a piece of ground, or a time of a force at a place in the first battle whose events are kept",
        (
            OutputColumn("simulated", "boolean", "", "always true"),
            OutputColumn("item", "string", "", "what it is: `place`, `road`, `ground` or `force`"),
            OutputColumn("id", "string", "", "id of it in the scenario"),
            OutputColumn("name", "string", "", "its name; of a force with its people"),
            OutputColumn("holder", "string", "", "name of the side that holds a place at first"),
            OutputColumn("estimated_within_km", "number", "km", "how far off a place may be; empty if it is sourced"),
            OutputColumn("km", "number", "km", "length of a road; empty if it is straight"),
            OutputColumn("road_type", "string", "", "name of the type of a road"),
            OutputColumn("kind", "string", "", "kind of a piece of ground"),
            OutputColumn("width_km", "number", "km", "width of a line of the ground"),
            OutputColumn("force", "string", "", "name of a force"),
            OutputColumn("side", "string", "", "name of the side of a force"),
            OutputColumn("people", "integer", "people", "fit to fight when the time begins"),
            OutputColumn(
                "time", "datetime", "", "when a force comes to be there so strong, with the offset of local time"
            ),
            OutputColumn("time_end", "datetime", "", "until when"),
        ),
        "geojson",
    ),
)


DRAW = OutputColumn("draw", "integer", "", "number of the battle")
OUTCOME = OutputColumn("outcome", "integer", "people", "killed of both sides in that battle")
VIEWS_TABLES = (
    OutputTable(
        "simulated_pgm",
        "a month, cell and draw",
        (
            OutputColumn("month_id", "integer", "", "month as ViEWS counts it: January 1980 is 1"),
            OutputColumn("priogrid_gid", "integer", "", "cell of PRIO-GRID"),
            DRAW,
            OUTCOME,
        ),
    ),
    OutputTable("simulated_place_day", "a day, place and draw", (DAY, PLACE, DRAW, OUTCOME)),
)
