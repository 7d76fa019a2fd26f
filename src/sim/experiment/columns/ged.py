"""The file of `sim export format=ged`."""

from sim.experiment.columns import Column, Table

EMPTY = "left empty: the simulation knows nothing of it"
KNOWN = (
    Column("id", "string", "", "`SIM-`, the run and a number; never one of UCDP's ids, which are numbers"),
    Column("relid", "string", "", "`SIM-`, scenario, run, day and place"),
    Column("year", "integer", "", "of the event"),
    Column("code_status", "string", "", "always `Simulated`"),
    Column("conflict_name", "string", "", "title of the scenario, marked as simulated"),
    Column("dyad_name", "string", "", "both sides"),
    Column("side_a", "string", "", "the scenario's first side"),
    Column("side_b", "string", "", "the scenario's second side"),
    Column("number_of_sources", "integer", "", "always 0: nobody reported it"),
    Column("source_article", "string", "", "that it is simulated, by which version, from which results"),
    Column("source_original", "string", "", "always `simulation`"),
    Column("where_prec", "integer", "", "1: the place's coordinates are sourced; 2: they are estimated"),
    Column("where_coordinates", "string", "", "name of the place"),
    Column("where_description", "string", "", "within how many km the place is estimated, and why"),
    Column("latitude", "number", "degrees", "of the place"),
    Column("longitude", "number", "degrees", "of the place"),
    Column("geom_wkt", "string", "", "the point"),
    Column("priogrid_gid", "integer", "", "cell of PRIO-GRID"),
    Column("event_clarity", "integer", "", "always 2: all fights of the day there in one"),
    Column("date_prec", "integer", "", "always 1: known to the day"),
    Column("date_start", "date", "", "local date"),
    Column("date_end", "date", "", "the same"),
    Column("deaths_a", "integer", "people", "killed of side_a, in those battles on average that have `best` deaths"),
    Column("deaths_b", "integer", "people", "killed of side_b: the rest of `best`"),
    Column("best", "integer", "people", "killed of both sides: the median over the battles"),
    Column("high", "integer", "people", "the 95% quantile over the battles"),
    Column("low", "integer", "people", "the 5% quantile over the battles"),
)
OWN = (
    Column("simulated", "boolean", "", "always true: no row is an event of the past"),
    Column("scenario", "string", "", "name of the scenario"),
    Column("run_id", "string", "", "digest of the results"),
    Column("replications", "integer", "battles", "that the numbers are taken from"),
    Column("share_of_battles", "number", "share of battles", "in which anybody was killed there on that day"),
)
NOTHING = [
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
TABLES = (
    Table(
        "simulated_ged",
        "a day and place at which somebody is killed in at least one battle in twenty",
        (*KNOWN, *(Column(name, "any", "", EMPTY) for name in NOTHING), *OWN),
        "csv",
    ),
)
