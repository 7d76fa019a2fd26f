"""The smallest change of one documented lever that turns an outcome: reinforcements, sorties, their moments."""
