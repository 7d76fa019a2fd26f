"""`python -m tools.glossary`: the page docs/glossary.md, from the terms that the program explains on its pages."""

from collections.abc import Iterator

from sim.report.glossary import GLOSSARY

PAGE_HEAD = """# Glossary

<!-- Made by `make glossary` from src/sim/report/glossary.py; a test holds it against that. -->

The terms of what is printed, of the pages and of these documents, each as the field uses it. The last column is a
command in whose output it is met; every page of a command explains its own words too.

| term | meaning | met in |
| --- | --- | --- |"""


def format_glossary() -> str:
    """The page."""
    return "\n".join(iterate_lines()) + "\n"


def iterate_lines() -> Iterator[str]:
    """The head, and a row for each term in alphabetical order."""
    yield PAGE_HEAD
    for term in sorted(GLOSSARY, key=str.lower):
        entry = GLOSSARY[term]
        yield f"| {term} | {entry.meaning} | `sim {entry.command}` |"


if __name__ == "__main__":
    print(format_glossary(), end="")
