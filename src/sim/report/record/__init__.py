"""The page that holds a battle against its record: failures first, then every claim, score, unknown and rival."""
