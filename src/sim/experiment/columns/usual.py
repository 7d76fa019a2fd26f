"""Columns that several tables have."""

from sim.experiment.columns import Column

REPLICATION = Column("replication", "integer", "", "number of the battle: it and the seed fix all its luck")
DAY = Column("day", "date", "", "local date")
PLACE = Column("place", "string", "", "id of a place of the scenario")
SIDE = Column("side", "string", "", "id of a side of the scenario")
POINT = Column("point", "integer", "", "number of the design point")
MEASURE = Column("measure", "string", "", "id of a measure; run.json has its text and unit under `measures`")
MEASURES = Column("<measure>", "number", "of the measure", "the measure; an event is 1 where it came about, else 0")
PRIOR = Column("p_<prior>", "number", "of the prior", "the value that this battle drew for the prior")
CLAIM = Column("claim", "string", "", "id of a claim of the scenario")
TERM = Column("term", "string", "", "what is scored together: claims of one source that hang together")
