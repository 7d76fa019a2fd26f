"""Count trees for tests, with their parameters in the first columns."""

from sim.likelihood.binning import UNIT_BINS
from sim.likelihood.count_tree import CountNode, CountTree


def make_count_tree(bins, nodes=None, claims=None):
    """Counts of one source: nodes as (column, parts), factor, size and stray from parameters 0, 1 and 2."""
    nodes = nodes or [(0, ())]
    claims = claims or tuple(f"claim_{n}" for n in range(len(nodes)))
    return CountTree(
        "term",
        claims,
        tuple(bins),
        (UNIT_BINS,) * len(nodes),
        nodes=tuple(CountNode(column, parts) for column, parts in nodes),
        bias_column=0,
        size_column=1,
        background_column=2,
    )
