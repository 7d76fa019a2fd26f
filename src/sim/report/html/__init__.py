"""The report as one HTML page: what a command found, made from sections, a file each, that are found by their names."""
