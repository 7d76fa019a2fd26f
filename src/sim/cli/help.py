"""What `--help` says of the settings: read from conf/ itself, so that it can't grow stale."""

from textwrap import wrap

from sim import files, laws
from sim.cli.settings import experiments, ready_made


def help_text(usage: str, *own: str) -> str:
    """The usage, every setting with its default (the command's own first), and what there is to choose from."""
    paths = [files.conf_folder() / f"{name}.yaml" for name in (*own, "config")]
    lines = [line for path in paths for line in path.read_text(encoding="utf-8").splitlines()]
    settings = [line for line in lines if line and not line.startswith(("#", "hydra:", "defaults:", " "))]
    scenarios = sorted(path.stem for path in files.scenario_folder().glob("*.yaml"))
    return "\n".join(
        [
            usage,
            "",
            "settings (name: default  # meaning)",
            *(f"  {line}" for line in settings),
            "",
            *fill("experiment: ", experiments()),
            *fill("perturb:    ", ready_made("perturb")),
            f"scenario:   {', '.join(scenarios)}, or a path",
            f"backend:    {', '.join(ready_made('backend'))}; backend.address=... for dask",
            f"law:        {', '.join(laws.names())}",
        ]
    )


def fill(heading: str, names: list[str]) -> list[str]:
    """A list of names in lines, the later ones indented below the first."""
    return wrap(heading + ", ".join(names), 110, subsequent_indent=" " * len(heading), break_on_hyphens=False)
