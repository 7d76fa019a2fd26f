"""The section of words: half a page that says what the terms of this page mean."""

from sim.report.glossary import GLOSSARY
from sim.report.html.content import PageContent, PageSection
from sim.report.map.sheet import Atlas

POSITION = 75
TERMS = (
    "battle",
    "91 in 100",
    "95% interval",
    "median; middle 90 per cent",
    "claim",
    "true in",
    "scored, held out, not scored",
    "unknown",
    "uncalibrated",
    "contested",
)
TERMS_BY_COMMAND = {
    "whatif": ("pair",),
    "sweep": ("design point", "factor"),
    "calibrate": ("prior", "posterior", "reporting factor", "effective sample", "contraction", "evidence"),
    "analyse": ("posterior", "turning point", "share of the variance"),
    "score": ("skill", "baseline", "report to expect", "Brier score", "CRPS", "RPS", "log score"),
    "forecast": ("cut-off", "skill", "baseline", "report to expect", "Brier score"),
}


def build_section(content: PageContent, atlas: Atlas) -> PageSection:
    """The terms of every page, and those of this command."""
    terms = [(term, GLOSSARY[term].meaning) for term in (*TERMS, *TERMS_BY_COMMAND.get(content.command, ()))]
    return PageSection("glossary", "The words of this page", "Words", {"terms": terms})
