"""The command line: the only reader of conf/ and the only writer of outputs/."""
