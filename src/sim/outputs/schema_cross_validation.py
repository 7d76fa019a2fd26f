"""Data dictionary of `sim cross-validate`, and of sealed forecasts."""

from sim.outputs.columns import OutputColumn, OutputTable

BATTLE = OutputColumn("battle", "string", "", "name of the scenario")
QUESTION = OutputColumn("id", "string", "", "name of the question within its battle")
CHANCE_OF_YES = "chance of a yes"


def make_chance(name: str, forecaster: str) -> OutputColumn:
    """The chance that a forecaster gave."""
    return OutputColumn(name, "number", "chance", f"{CHANCE_OF_YES} by {forecaster}; empty where it has none")


QUESTIONS_TABLE = OutputTable(
    "questions",
    "a question about a battle, written before any answer was read",
    (
        BATTLE,
        QUESTION,
        OutputColumn("kind", "string", "", "`held`, a kind of loss, or `order_` and an outcome"),
        OutputColumn("role", "string", "", "attacker or defender: of whom it is asked"),
        OutputColumn("loss_share", "number", "share of the side", "threshold of losses; empty for other questions"),
        OutputColumn("moment", "datetime", "local time", "at which the answer is due"),
        OutputColumn("threshold", "number", "unit of what is asked", "from which the answer is yes"),
        OutputColumn("pooled", "number", "chance", f"{CHANCE_OF_YES} by the model, from the other battles"),
        OutputColumn("prior", "number", "chance", f"{CHANCE_OF_YES} by the model, from its priors alone"),
    ),
)
ANSWERS_TABLE = OutputTable(
    "answers",
    "the record's answer to a question, in the order of the questions",
    (
        BATTLE,
        QUESTION,
        OutputColumn("answer", "boolean", "", "yes or no; empty if the record leaves it open"),
        OutputColumn("basis", "string", "", "on what the answer rests, or why there is none"),
        OutputColumn("claims", "string", "", "claims that were read for it, separated by commas"),
        make_chance("climatology", "the other battles' answers to such questions"),
        make_chance("persistence", "what was so at the beginning"),
        make_chance("day_bootstrap", "days drawn from the other battles"),
        make_chance("lanchester", "Lanchester's square law"),
        make_chance("logistic_regression", "a regression on the other battles' answers"),
    ),
)
SCORES_TABLE = OutputTable(
    "scores",
    "a score of a forecaster, over all questions or those of a kind",
    (
        OutputColumn("kind", "string", "", "all, places, orders or losses"),
        OutputColumn("forecaster", "string", "", "pooled, prior, or a baseline"),
        OutputColumn("score", "string", "", "brier or log_score"),
        OutputColumn("n_battles", "integer", "battles", "over which it is the mean, each as one"),
        OutputColumn(
            "n_questions", "integer", "questions", "that the record answers and the forecaster has a chance for"
        ),
        OutputColumn("value", "number", "unit of the score", "mean score of the forecaster; less is better"),
        OutputColumn(
            "pooled", "number", "unit of the score", "that of the forecast from other battles, same questions"
        ),
        OutputColumn("difference", "number", "unit of the score", "value less pooled: above 0 if the latter is better"),
        OutputColumn("low", "number", "unit of the score", "lower end of its 95% interval over battles, if it has one"),
        OutputColumn("high", "number", "unit of the score", "upper end of it"),
    ),
)
FATES_TABLE = OutputTable(
    "fates",
    "a battle: how likely what happened was",
    (
        BATTLE,
        OutputColumn("n_decided", "integer", "questions", "that the record answers"),
        OutputColumn("place", "string", "", "the objective, or, if none says who held it, the place most reported of"),
        OutputColumn("holder", "string", "", "side that held it by the last report; empty if none says"),
        OutputColumn("moment", "datetime", "local time", "of that report"),
        OutputColumn("fate_prior", "number", "chance", "of that, from the battle's own priors"),
        OutputColumn("fate_pooled", "number", "chance", "of that, from the other battles"),
        OutputColumn("fate_calibrated", "number", "chance", "of that, after its own reports"),
        OutputColumn("mean_prior", "number", "chance", "geometric mean of those of all answers, from its own priors"),
        OutputColumn("mean_pooled", "number", "chance", "the same, from the other battles"),
        OutputColumn("mean_calibrated", "number", "chance", "the same, after its own reports"),
    ),
)
REPORTED = "reported for each one that there was"
FACTORS_TABLE = OutputTable(
    "source_factors",
    "a factor by which sources of a battle multiply the losses of a side",
    (
        BATTLE,
        OutputColumn("parameter", "string", "", "name of its prior"),
        OutputColumn("side", "string", "", "short name of the side whose losses are counted"),
        OutputColumn("sources", "string", "", "names of the sources that have it"),
        OutputColumn("prior_q05", "number", REPORTED, "5% quantile before the reports"),
        OutputColumn("prior_median", "number", REPORTED, "median before the reports"),
        OutputColumn("prior_q95", "number", REPORTED, "95% quantile before the reports"),
        OutputColumn("posterior_q05", "number", REPORTED, "5% quantile after the reports"),
        OutputColumn("posterior_median", "number", REPORTED, "median after the reports"),
        OutputColumn("posterior_q95", "number", REPORTED, "95% quantile after the reports"),
    ),
)
CROSS_VALIDATION_TABLES = (QUESTIONS_TABLE, ANSWERS_TABLE, SCORES_TABLE, FATES_TABLE, FACTORS_TABLE)


SEALED_QUESTIONS_TABLE = OutputTable(
    "questions",
    "a question about the battle",
    (
        *QUESTIONS_TABLE.columns[1:7],
        OutputColumn("chance", "number", "chance", f"{CHANCE_OF_YES}, as it was sealed"),
        OutputColumn("low", "number", "chance", "lower end of its 95% interval for the number of battles"),
        OutputColumn("high", "number", "chance", "upper end of it"),
    ),
)
OPENED_ANSWERS_TABLE = OutputTable(
    "answers",
    "the record's answer to a sealed question, in the order of the questions",
    (
        *ANSWERS_TABLE.columns[1:5],
        OutputColumn("model", "number", "chance", f"{CHANCE_OF_YES}, as it was sealed"),
        make_chance("persistence", "what was so at the beginning"),
        make_chance("lanchester", "Lanchester's square law"),
    ),
)
OPENED_SCORES_TABLE = OutputTable(
    "scores",
    "a score of a forecaster",
    (
        OutputColumn("forecaster", "string", "", "model (the sealed forecast), persistence or lanchester"),
        OutputColumn("score", "string", "", "brier or log_score"),
        OutputColumn("n_questions", "integer", "questions", "that the record answers and it has a chance for"),
        OutputColumn("value", "number", "unit of the score", "mean; less is better"),
    ),
)
SEALED_TABLES = (SEALED_QUESTIONS_TABLE,)
OPENED_TABLES = (OPENED_ANSWERS_TABLE, OPENED_SCORES_TABLE)
