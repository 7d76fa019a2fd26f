"""The explorer: a page on this machine whose sliders fight the battle again while they move."""
