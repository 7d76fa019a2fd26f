"""The terms of what is printed, of the pages and of the documentation: what each means, and where it is met."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Term:
    """A term of the field: one or two plain sentences, and the command in whose output it is met first."""

    meaning: str
    command: str


GLOSSARY = {
    "91 in 100": Term(
        "Of the simulated battles, that share. Before calibration it is no probability of the real event.", "run"
    ),
    "95% interval": Term(
        "How far a number may be off because only so many battles were fought. It says nothing of whether the "
        "model is right.",
        "run",
    ),
    "base case": Term("The battle as the scenario has it, beside which a change is fought.", "whatif"),
    "baseline": Term("A forecast without a simulation, such as: nothing changes.", "score"),
    "battle": Term(
        "One simulated course of the whole battle, also called a replication, with a number of its own.", "run"
    ),
    "bin": Term("A range of reports that a claim does not tell apart.", "calibrate"),
    "break point": Term(
        "The share of its people that a side loses before it gives way, drawn for each assault.", "run"
    ),
    "Brier score": Term(
        "The mean squared distance between the chance given to an event and what happened, 0 or 1. Smaller is "
        "better: 0 is perfect, a coin toss scores 0.25.",
        "score",
    ),
    "calibrated": Term("Fought with values of the unknowns that agree with the reports: those of a posterior.", "run"),
    "claim": Term("What one source reported, with the place where the text says so; never taken for the truth.", "run"),
    "claim kind": Term('How a number was put ("over 100", "43 to 51"), which is the interval that it means.', "check"),
    "commander": Term("What gives orders: the record, a fixed rule, or a person (`sim play`).", "play"),
    "common random numbers": Term(
        "The same luck in two battles, so that only what is changed makes them different.", "whatif"
    ),
    "contested": Term("Neither side holds enough of a place to be said to hold it.", "run"),
    "contingent": Term("One side's people at one place.", "diary"),
    "contraction": Term(
        "The part of an unknown's prior variance that the claims took away: 0 if they say nothing of it, 1 if they "
        "leave no doubt.",
        "calibrate",
    ),
    "counterfactual": Term(
        "What would have happened if one thing had been otherwise; here, what the model says of it.", "whatif"
    ),
    "coverage": Term(
        "How often intervals hold the truth; of a condition, which part of all cases of the outcome it has.", "sbc"
    ),
    "CRPS": Term(
        "The continuous ranked probability score: how far a forecast of a number lies from the number that was "
        "reported, its spread counted too. Smaller is better.",
        "score",
    ),
    "cut-off": Term("The moment after which nothing of the record is known to a forecast.", "forecast"),
    "density": Term("How often the outcome comes about where a condition holds.", "scenario-discovery"),
    "design point": Term("One combination of the levels of all factors.", "sweep"),
    "diary": Term("One battle in sentences.", "diary"),
    "digest": Term("SHA-256 of what went in or came out: equal digests, equal bits.", "run"),
    "documented battle": Term(
        "The battle as the scenario describes it: ground, forces and orders as recorded; outcomes are never given.",
        "run",
    ),
    "edit": Term("A path in the scenario and its new value: the one way to change anything.", "run"),
    "effective sample": Term(
        "How many independent draws the draws of a posterior are worth, since draws with a common ancestor "
        "resemble each other.",
        "calibrate",
    ),
    "engine": Term("How battles are carried out: by plain rules or by machine code, to the same bits.", "run"),
    "evidence": Term(
        "How probable a model made the reports before it heard them; it is used to compare models.", "compare-models"
    ),
    "factor": Term("What is varied on purpose.", "sweep"),
    "family": Term(
        "Particles that go back to one draw; where few are left, there are few independent draws.", "calibrate"
    ),
    "front": Term("How much of a place each side holds, in steps.", "diary"),
    "headline output": Term("A sentence of the answer with its chance, as the scenario asks for it.", "run"),
    "held out": Term("Of a claim: no calibration may hear it, so that it tests the model.", "score"),
    "hindcast": Term(
        "A forecast of days that are over which knows the recorded orders, but not what came of them.", "forecast"
    ),
    "history matching": Term(
        "Which draws of the unknowns are plausible in the light of the claims; no draw is excluded for it.", "calibrate"
    ),
    "intervention": Term("A perturbation from a moment on; what was begun or drawn by then stays.", "whatif"),
    "island": Term(
        "One of two independent runs of the inference. What they do not agree on is not known well enough.", "calibrate"
    ),
    "law": Term("An attrition law: from the numbers on both sides to losses an hour.", "run"),
    "level": Term("One value of a factor.", "sweep"),
    "log score": Term(
        "The logarithm of the probability that a forecast gave to what was reported, in nats; a difference of 0.7 "
        "is a factor of two.",
        "score",
    ),
    "median; middle 90 per cent": Term(
        "Half of the battles lie below the median; of the rest, the twentieth part with the lowest and that with "
        "the highest values are left out.",
        "run",
    ),
    "observable": Term("What of a simulated battle a claim is about: deaths, who holds a place, an outcome.", "run"),
    "observation model": Term(
        "The probability of each report, given what happened in the simulated battle.", "calibrate"
    ),
    "order": Term("Who was to do what, where, in which time window; its outcome is never given.", "run"),
    "output": Term("A folder that a command left, sealed by its manifest.", "run"),
    "pair": Term(
        "The same battle twice with the same luck, once as it was and once changed, so that only what the change "
        "touches differs.",
        "whatif",
    ),
    "particle": Term(
        "Values of the unknowns and the luck of one battle, with the likelihood of the claims.", "calibrate"
    ),
    "perturbation": Term("A named change of a scenario, from the beginning or from a moment on.", "whatif"),
    "pool": Term("What several calibrated battles say together of one that has no reports yet.", "pool"),
    "population": Term("The people that claims count; claims of one population may include one another.", "check"),
    "posterior": Term("The range that is left of the unknowns once the claims were heard, as draws.", "calibrate"),
    "prior": Term("The range of an unknown before any report is heard, with the reason for it.", "run"),
    "random input": Term(
        "A random number that decides much: an assault's intensity, a break point, a moment.", "calibrate"
    ),
    "random stream": Term(
        "Random numbers named by seed, battle, entity and purpose, common to base case and what-if.", "whatif"
    ),
    "reading": Term(
        "One of two ways in which a passage of the text can be understood; each makes a scenario of its own.", "run"
    ),
    "report to expect": Term(
        "What a source would report of a simulated battle, with its bias and its errors.", "score"
    ),
    "reporting factor": Term("How many a source reports for each one that there was.", "calibrate"),
    "RPS": Term(
        "The ranked probability score: the Brier score for who holds a place, in three states. Smaller is better.",
        "score",
    ),
    "salt": Term("A number that changes one random stream and no other.", "calibrate"),
    "scenario": Term("The documented battle as data: sources, claims, places, forces, orders, priors.", "check"),
    "scored, held out, not scored": Term(
        "A scored claim may teach the model; one held out only tests it; the others are shown and judge nothing.", "run"
    ),
    "screening": Term(
        "A first look at all unknowns with few battles, which selects those that are worth more (Morris).",
        "sensitivity",
    ),
    "sealed": Term(
        "Written down with its digest before the record was read, so that nothing can be changed.", "forecast"
    ),
    "seed": Term("The number that all luck is drawn from: equal seeds, equal battles.", "run"),
    "share of the variance": Term(
        "How much of what differs between battles has to do with an unknown, or with luck (Sobol). Shares overlap.",
        "sensitivity",
    ),
    "skill": Term(
        "The part of a baseline's error that the simulation or forecast saves; below 0 the baseline is better.", "score"
    ),
    "source": Term("Who reported a claim; each has a bias and errors of its own.", "run"),
    "split": Term("Which claims a forecast knows and which it is scored on.", "forecast"),
    "synthetic battle": Term("A simulated battle whose truth is known, on which a method is tried.", "sbc"),
    "temperature": Term(
        "How much the claims count while draws move from the prior (0) to the posterior (1).", "calibrate"
    ),
    "tipping point": Term("The smallest change that makes an event more likely than not, or less.", "tipping-point"),
    "true in": Term("How many of 100 battles agree with the claim as it is counted.", "run"),
    "turning point": Term("An event of the record that could have gone otherwise.", "analyse"),
    "uncalibrated": Term(
        "Fought with the priors as they are, before any report was heard. Calibrated: with the values that agree "
        "with the reports (the posterior).",
        "run",
    ),
    "unknown": Term(
        "A number that no source gives, drawn anew for every battle from a range set before (its prior).", "run"
    ),
}
