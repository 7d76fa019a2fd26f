"""The section of words: half a page that says what the terms of this page mean."""

from sim.report.html.content import PageContent, PageSection
from sim.report.map.sheet import Atlas

POSITION = 75
TERMS = {
    "battle": "one simulated course of the whole battle; the program calls it a replication and gives it a number.",
    "91 in 100": "of the simulated battles, that share. Before calibration it is no probability of the real event.",
    "95% interval": "how far a share may be off because only so many battles were fought. It says nothing of whether "
    "the model is right.",
    "median; middle 90 per cent": "half of the battles lie below the median; of the rest, the twentieth part with the "
    "lowest and that with the highest values are left out.",
    "claim": "what one source reported, with the place where the text says so; never taken for the truth.",
    "true in": "how many of 100 battles agree with the claim as it is counted.",
    "scored, held out, not scored": "a scored claim may teach the model; one held out only tests it; the others are "
    "shown and judge nothing.",
    "unknown": "a number that no source gives, drawn anew for every battle from a range set before (its prior).",
    "uncalibrated": "fought with those ranges as they are, before any report was heard. Calibrated: with the values "
    "that agree with the reports (the posterior).",
    "contested": "neither side holds enough of a place to be said to hold it.",
}
TERMS_BY_COMMAND = {
    "whatif": {
        "pair": "the same battle twice with the same luck, once as it was and once changed, so that only what the "
        "change touches differs.",
    },
    "sweep": {"design point": "one combination of the levels of all factors.", "factor": "what is varied on purpose."},
    "calibrate": {
        "effective sample": "how many independent draws the weighted ones are worth.",
        "contraction": "the share of an unknown's prior variance that the claims took away; 0: they say nothing of it.",
        "evidence": "how probable the model made the reports as a whole; it is used to compare models.",
    },
    "score": {
        "skill": "the share of a baseline's error that the simulation saves; below 0 the baseline is better.",
        "baseline": "a forecast without a simulation, such as: nothing changes.",
    },
    "forecast": {
        "cut-off": "the moment after which nothing of the record is known to the forecast.",
        "skill": "the share of a baseline's error that the forecast saves; below 0 the baseline is better.",
        "baseline": "a forecast without a simulation, such as: nothing changes.",
    },
}


def build_section(content: PageContent, atlas: Atlas) -> PageSection:
    """The terms of every page, and those of this command."""
    terms = TERMS | TERMS_BY_COMMAND.get(content.command, {})
    return PageSection("glossary", "The words of this page", "Words", {"terms": list(terms.items())})
