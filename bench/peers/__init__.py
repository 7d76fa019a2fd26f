"""The same rule book under other engines: each plays the rules from a calendar of its own, an event per casualty."""
