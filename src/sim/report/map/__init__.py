"""The map of a battle, to scale, as SVG: ground, places, who holds them, labels that do not overlap."""
