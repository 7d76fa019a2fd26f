"""Many replications of a battle on all cores: replicated, compared in pairs, swept, and resumed."""
