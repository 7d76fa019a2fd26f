"""Mutation testing: small faults are put into the source one at a time, to see whether the tests notice."""
