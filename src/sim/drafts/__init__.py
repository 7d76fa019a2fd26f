"""Drafts of scenarios from the files of others: tables of events or claims, wikitext, maps.

A format is one file in `formats/`, found by its name; `recognition.py` chooses it, `completion.py` adds what a scenario
needs beyond the file, `writer.py` writes it. Whatever was drafted is listed under `to_read` in the scenario.
"""
