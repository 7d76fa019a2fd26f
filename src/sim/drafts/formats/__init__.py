"""The formats that a scenario can be drafted from, one file each; a new file here is found by its name."""
