"""How far the model as a whole is to be trusted: what its forecasts of documented battles were worth, in words."""

from sim.outputs.battle_scores import BattleScores, QuestionKindScore, read_battle_scores
from sim.scenario.descriptions import join_words


def describe_trust(law: str) -> str:
    """What forecasts under a law were worth; empty if none were scored."""
    scores = read_battle_scores(law)
    return "" if scores is None else format_scores(scores)


def format_scores(scores: BattleScores) -> str:
    """The score over all questions, and how many baselines the model is ahead of on each kind of question."""
    overall = scores.overall
    leads = join_words([f"of {format_leads(each)}" for each in scores.by_kind])
    return (
        f"Each of {len(scores.battles)} documented battles was forecast from the others, its recorded orders and "
        f"strengths given: over {overall.questions:,} recorded answers the Brier score is {overall.brier:.2f} (0 is "
        f"perfect, a coin toss scores 0.25). Set beside simple baselines, the model is clearly ahead {leads}."
    )


def format_leads(score: QuestionKindScore) -> str:
    """Of how many baselines the model is ahead on a kind of question, and behind how many.

    Examples
    --------
    >>> from sim.outputs.battle_scores import Lead
    >>> leads = (Lead(baseline="coin", difference=0.1, low=0.05, high=0.2), Lead(baseline="habit", difference=-0.1,
    ...     low=-0.2, high=-0.05), Lead(baseline="last", difference=0.1, low=-0.1, high=0.3))
    >>> format_leads(QuestionKindScore(about="losses", questions=40, brier=0.2, leads=leads))
    '1 of 3 on losses (and behind 1)'
    """
    ahead = sum(each.estimate.low > 0 for each in score.leads)
    behind = sum(each.estimate.high < 0 for each in score.leads)
    beside = f" (and behind {behind})" if behind else ""
    return f"{ahead or 'none'} of {len(score.leads)} on {score.about}{beside}"
