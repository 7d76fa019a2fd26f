"""`sim COMMAND --help`, `--cfg` and `--info`: settings, defaults and choices, read from conf/ itself."""

import re
from collections.abc import Sequence
from textwrap import wrap

from sim import laws, paths
from sim.cli.commands import format_aligned
from sim.cli.groups import find_config_folders, list_choices, list_groups, split_config_dirs
from sim.cli.scenario_folders import HELP
from sim.cli.settings import compose_config

HIDDEN = ("hydra", "defaults")
FLAGS = (
    ("--cfg job", "print the settings as they would hold, and do nothing"),
    ("--info", "print where settings come from, and do nothing"),
    ("--config-dir DIR", "also look into DIR/perturb, DIR/question and so on for files of your own"),
    ("--scenarios DIR", HELP),
    ("-h, --help", "print this"),
)


def format_help(usage: str, primary: str, own_groups: Sequence[str] = (), unused: Sequence[str] = ()) -> str:
    """The usage, every setting in use with its default (the command's own first), and the names to choose from."""
    scenarios = sorted(path.stem for path in paths.scenario_folder().glob("*.yaml"))
    return "\n".join(
        [
            usage,
            "",
            "settings (name: default  # meaning)",
            *(f"  {line}" for line in list_setting_lines(primary) if line.partition(":")[0] not in unused),
            "",
            *wrap_names("preset:     ", list_choices("preset")),
            *wrap_names("question:   ", list_choices("question")),
            *wrap_names("perturb:    ", list_choices("perturb")),
            f"scenario:   {', '.join(scenarios)}, or a path",
            f"backend:    {', '.join(list_choices('backend'))}; backend.address=... for dask",
            f"law:        {', '.join(laws.list_names())}",
            *(line for group in own_groups for line in wrap_names(f"{group + ':':11} ", list_choices(group))),
            "",
            "options",
            *format_aligned(FLAGS),
        ]
    )


def list_setting_lines(primary: str) -> list[str]:
    """The line of each setting: of the command's own file, then of config.yaml, without repetitions."""
    lines: dict[str, str] = {}
    for name in (primary, "config"):
        for line in (paths.conf_folder() / f"{name}.yaml").read_text(encoding="utf-8").splitlines():
            match = re.match(r"([a-z]\w*):", line)
            if match and match[1] not in HIDDEN:
                lines.setdefault(match[1], line)
    return list(lines.values())


def wrap_names(heading: str, names: list[str]) -> list[str]:
    """A list of names in lines, the later ones indented."""
    return wrap(heading + ", ".join(names), 110, subsequent_indent=" " * len(heading), break_on_hyphens=False)


def print_composition(argv: list[str], primary: str, info: bool) -> int:
    """Print the composed settings or, with `info`, the files they come from; nothing is simulated."""
    from omegaconf import OmegaConf

    plain = compose_config(argv, primary, ())
    if not info:
        print(OmegaConf.to_yaml(OmegaConf.create(plain)), end="")
        return 0
    folders = find_config_folders(split_config_dirs(argv)[0])
    print(f"settings: {paths.conf_folder() / primary}.yaml")
    print("\n".join(f"files from: {folder}" for folder in folders))
    for group, names in list_groups(folders).items():
        if "/" not in group:
            print("\n".join(wrap_names(f"{group}: ", names)))
    return 0
