"""Choosing between models by rejection: the nearest of many simulated draws, and how far that can be trusted."""

import numpy as np


def nearest(distances: np.ndarray, share: float) -> np.ndarray:
    """The indices of the nearest share of all draws, the nearest first; ties in their order."""
    count = max(1, round(share * len(distances)))
    found: np.ndarray = np.argsort(distances, kind="stable")[:count]
    return found


def shares(labels: np.ndarray, chosen: np.ndarray, models: int) -> np.ndarray:
    """The share of each model among the chosen draws: its probability, the models being alike before."""
    found: np.ndarray = np.bincount(labels[chosen], minlength=models) / len(chosen)
    return found


def distances(summaries: np.ndarray, observed: np.ndarray) -> np.ndarray:
    """Distances of rows of summaries from one, each column scaled by its median absolute deviation."""
    scale = np.median(np.abs(summaries - np.median(summaries, axis=0)), axis=0)
    found: np.ndarray = np.sqrt((((summaries - observed) / np.maximum(scale, 1e-12)) ** 2).sum(axis=1))
    return found


def confusion(summaries: np.ndarray, labels: np.ndarray, trials: np.ndarray, share: float, models: int) -> np.ndarray:
    """The mean share that each model (column) gets if one of the trial draws of a model (row) is what was observed.

    Without it a choice between models by summaries can't be trusted. Source: Robert2011.
    """
    found = np.zeros((models, models))
    for trial in trials:
        away = distances(summaries, summaries[trial])
        away[trial] = np.inf
        found[labels[trial]] += shares(labels, nearest(away, share), models)
    found /= np.maximum(np.bincount(labels[trials], minlength=models), 1)[:, None]
    return found
