"""Bayesian inference by tempered sequential Monte Carlo: what the claims of a scenario say of its parameters.

`fit.fit_claims` is the whole of it in one call; `smc` holds the algorithm, `posterior` its result, and `sbc` the check
of both.
"""
