"""What the tests of the battle share: small battles, duels with known answers, bounds, replays of a log."""
