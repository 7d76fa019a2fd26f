"""Data dictionary of the questions of `sim forecast`: what was asked, what the record answers, and the scores."""

from dataclasses import replace

from sim.outputs.columns import CLAIM, CUTOFF, PLACE, TERM, OutputColumn, OutputTable

POOLED_CUTOFF = replace(
    CUTOFF, description="name of the cutoff; all forecasts of a next day stand together as `a day ahead`"
)
QUESTION_ID = OutputColumn("id", "string", "", "the place and day, or the order and outcome, that is asked about")
OF_THE_SCORE, OF_THE_FORECASTS = "of the score", "chance"
QUESTION_KINDS = (
    "`place_day` (does the attacker hold at least half of the place at the end of the day), or `order_` and an outcome"
)
QUESTIONS_TABLE = OutputTable(
    "forecast_questions",
    "a cutoff and question, from the scenario alone: written before any of them is answered",
    (
        CUTOFF,
        QUESTION_ID,
        OutputColumn("kind", "string", "", QUESTION_KINDS),
        replace(PLACE, description="id of the place, or of the order's target"),
        OutputColumn("order", "string", "", "id of the order; empty for a place and day"),
        OutputColumn(
            "day", "date", "", "the day at the end of which it is asked, or on which the order's window opens"
        ),
        OutputColumn("probability", "number", OF_THE_FORECASTS, "of a yes; empty if nobody could ask at the cutoff"),
        OutputColumn("low", "number", OF_THE_FORECASTS, "lower end of its 95% interval"),
        OutputColumn("high", "number", OF_THE_FORECASTS, "upper end of it"),
    ),
)
ANSWERS_TABLE = OutputTable(
    "question_answers",
    "a cutoff and question: what the record answers",
    (
        CUTOFF,
        QUESTION_ID,
        OutputColumn("answer", "boolean", "", "empty if no claim decides it"),
        OutputColumn(
            "basis",
            "string",
            "",
            "`stated` of the end of the day or of the order, `capture` in the course of the day, `open` or `disputed` "
            "by those claims, `origin` (the order is in the scenario because of that claim), `not documented`",
        ),
        OutputColumn("claims", "string", "", "ids of the claims that were read for it"),
        OutputColumn("climatology", "number", OF_THE_FORECASTS, "of a yes, as often as the answer was yes before"),
        OutputColumn("persistence", "number", OF_THE_FORECASTS, "of a yes, if the place stays with who held it"),
    ),
)
QUESTION_SCORES_TABLE = OutputTable(
    "question_scores",
    "a cutoff, kind of question, baseline and score, over the questions that both forecast and the record answers",
    (
        POOLED_CUTOFF,
        OutputColumn(
            "kind", "string", "", "kind of question, `all`, or `place_day_stated` without answers by `capture`"
        ),
        OutputColumn("baseline", "string", "", "`climatology` or `persistence`"),
        OutputColumn("score", "string", "", "`brier` or `log_score`, the smaller the better"),
        OutputColumn("n_questions", "integer", "questions", "that are scored"),
        OutputColumn("n_yes", "integer", "questions", "to which the answer is yes"),
        OutputColumn("n_days", "integer", "days", "that they are about: clusters of the interval"),
        OutputColumn("forecast", "number", OF_THE_SCORE, "mean of the forecast"),
        OutputColumn("baseline_score", "number", OF_THE_SCORE, "mean of the baseline"),
        OutputColumn("difference", "number", OF_THE_SCORE, "the baseline less the forecast: above 0 if that is better"),
        OutputColumn("low", "number", OF_THE_SCORE, "lower end of its 95% interval; empty for fewer than five days"),
        OutputColumn("high", "number", OF_THE_SCORE, "upper end of it"),
    ),
)
SELECTED_SCORES_TABLE = OutputTable(
    "selected_scores",
    "a cutoff, count and score, or term of counts: draws alike, and draws weighted by the chance of a report",
    (
        CUTOFF,
        replace(CLAIM, description="id of a claim; empty for the logarithmic score of a term"),
        TERM,
        OutputColumn("score", "string", "", "`crps`, `log_crps` (both of the sample itself) or `log_score`"),
        OutputColumn("unweighted", "number", OF_THE_SCORE, "all draws alike"),
        OutputColumn("weighted", "number", OF_THE_SCORE, "draws weighted by the chance that their counts are reported"),
        OutputColumn("ess", "number", "draws", "that the weighted draws are worth"),
    ),
)
QUESTION_STATEMENT_COLUMNS = (
    OutputColumn("reporting_intercept", "number", "", "a of the chance that a count is reported"),
    OutputColumn("reporting_slope", "number", "", "b of it; 0 is no weighting"),
    OutputColumn("questions", "string", "", "SHA-256 of the questions in their order"),
    OutputColumn("n_questions", "integer", "questions", "in all"),
    OutputColumn("n_asked", "integer", "questions", "that have a forecast"),
    OutputColumn("question_forecasts", "string", "", "SHA-256 of the chances given, with their intervals"),
)
QUESTION_TABLES = (QUESTIONS_TABLE, ANSWERS_TABLE, QUESTION_SCORES_TABLE, SELECTED_SCORES_TABLE)
