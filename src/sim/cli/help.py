"""What `sim COMMAND --help` says of settings, and `--cfg` and `--info`: read from conf/ itself, so never stale."""

import re
from collections.abc import Sequence
from textwrap import wrap

from sim import files, laws
from sim.cli.groups import config_folders, groups, split_config_dirs
from sim.cli.settings import composed, experiments, ready_made

HIDDEN = ("hydra", "defaults")
FLAGS = (
    ("--cfg job", "print the settings as they would hold, and do nothing"),
    ("--info", "print where settings come from, and do nothing"),
    ("--config-dir DIR", "also look into DIR/perturb, DIR/experiment and so on for files of your own"),
    ("-h, --help", "print this"),
)


def help_text(usage: str, *primary: str, own_groups: Sequence[str] = ()) -> str:
    """The usage, every setting once with its default (the command's own first), and what there is to choose from."""
    from sim.cli.commands import aligned

    scenarios = sorted(path.stem for path in files.scenario_folder().glob("*.yaml"))
    return "\n".join(
        [
            usage,
            "",
            "settings (name: default  # meaning)",
            *(f"  {line}" for line in setting_lines(*primary, "config")),
            "",
            *fill("experiment: ", experiments()),
            *fill("perturb:    ", ready_made("perturb")),
            f"scenario:   {', '.join(scenarios)}, or a path",
            f"backend:    {', '.join(ready_made('backend'))}; backend.address=... for dask",
            f"law:        {', '.join(laws.names())}",
            *(line for group in own_groups for line in fill(f"{group + ':':11} ", ready_made(group))),
            "",
            "options",
            *aligned(FLAGS),
        ]
    )


def setting_lines(*files_of_conf: str) -> list[str]:
    """A line for each setting; where two files have one, that of the first holds."""
    lines: dict[str, str] = {}
    for name in files_of_conf:
        for line in (files.conf_folder() / f"{name}.yaml").read_text(encoding="utf-8").splitlines():
            match = re.match(r"([a-z]\w*):", line)
            if match and match[1] not in HIDDEN:
                lines.setdefault(match[1], line)
    return list(lines.values())


def fill(heading: str, names: list[str]) -> list[str]:
    """A list of names in lines, the later ones indented below the first."""
    return wrap(heading + ", ".join(names), 110, subsequent_indent=" " * len(heading), break_on_hyphens=False)


def print_composition(argv: list[str], primary: str, info: bool) -> int:
    """Print the settings as they would hold or, for `info`, where they come from; nothing is checked or fought."""
    from omegaconf import OmegaConf

    plain = composed(argv, primary, ())
    if not info:
        print(OmegaConf.to_yaml(OmegaConf.create(plain)), end="")
        return 0
    folders = config_folders(split_config_dirs(argv)[0])
    print(f"settings: {files.conf_folder() / primary}.yaml")
    print("\n".join(f"files from: {folder}" for folder in folders))
    for group, names in groups(folders).items():
        if "/" not in group:
            print("\n".join(fill(f"{group}: ", names)))
    return 0
