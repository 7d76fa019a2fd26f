"""What `--help` says of the settings: read from conf/ itself, so that it can't grow stale."""

from sim import files, laws


def help_text(usage: str) -> str:
    """The usage, every setting with its default, and what there is to choose from."""
    lines = (files.conf_folder() / "config.yaml").read_text(encoding="utf-8").splitlines()
    settings = [line for line in lines if line and not line.startswith(("#", "hydra:", "defaults:", " "))]
    experiments = sorted(path.stem for path in (files.conf_folder() / "experiment").glob("*.yaml"))
    scenarios = sorted(path.stem for path in files.scenario_folder().glob("*.yaml"))
    return "\n".join(
        [
            usage,
            "",
            "settings (name: default  # meaning)",
            *(f"  {line}" for line in settings),
            "",
            f"experiment: {', '.join(experiments)}",
            f"scenario:   {', '.join(scenarios)}, or a path",
            f"law:        {', '.join(laws.names())}",
        ]
    )
