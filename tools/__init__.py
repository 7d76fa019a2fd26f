"""Tools of maintainers, no part of the package: generated pages, the list of dependencies, mutation testing."""
