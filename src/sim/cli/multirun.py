"""`sim run -m`: one job for each combination of values, all of them checked before the first is simulated."""

import math
from collections.abc import Callable, Sequence
from itertools import product

from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Override, RangeSweep

from sim.cli.compose import make_hydra
from sim.cli.errors import SettingsError
from sim.cli.groups import ConfigFolders, find_config_folders, split_config_dirs
from sim.cli.job import Job, check_job
from sim.cli.overrides import check_overrides, parse_override
from sim.cli.quoting import quote_words_of_all
from sim.cli.scenario_folders import split_scenario_folders
from sim.cli.settings import Settings, compose_settings

MAX_JOBS = 1000
SAMPLING_SETTINGS = {"seed": 0, "runs": 1, "save_logs": 0}  # a job that is sound is so with others


def compose_jobs(argv: list[str], make_job: Callable[[Settings], Job]) -> list[Settings]:
    """The settings of every job, after all checks.

    Parameters
    ----------
    argv
        Arguments, several values of one setting separated by commas.
    make_job
        From the settings of a job to the job, after the checks of the command.

    Returns
    -------
    list of Settings
        One for each combination of values, the last setting varying fastest.

    Raises
    ------
    SettingsError
        If there are more than a thousand jobs, or if the settings of one of them can't be used.
    """
    user_folders, overrides = split_config_dirs(argv)
    _, overrides = split_scenario_folders(overrides)
    folder_arguments = [argument for argument in argv if argument not in overrides]
    folders = find_config_folders(user_folders)
    overrides = quote_words_of_all(overrides)
    check_overrides(overrides, folders)
    jobs = [compose_settings([*folder_arguments, *job]) for job in split_jobs(overrides, folders)]
    checked: list[Settings] = []
    for settings in jobs:
        comparable = settings.model_copy(update=SAMPLING_SETTINGS)
        if comparable not in checked:
            check_job(make_job(settings))
            checked.append(comparable)
    return jobs


def split_jobs(overrides: list[str], folders: ConfigFolders) -> list[list[str]]:
    """The overrides of each job; raise SettingsError if there are too many, or two of the same."""
    n_jobs = math.prod(count_values(parse_override(text)) for text in overrides)
    if n_jobs > MAX_JOBS:
        raise SettingsError([f"-m: too many jobs (got {n_jobs:,}; allowed: at most {MAX_JOBS:,})"])
    parser = OverridesParser.create(config_loader=make_hydra(folders).config_loader)
    return [list(job) for job in product(*map(list_values, parser.parse_overrides(overrides)))]


def count_values(override: Override) -> int:
    """How many values a setting has; of names that are searched for, one."""
    sweep = override.value()
    if not override.is_sweep_override():
        return 1
    key = override.key_or_group
    if not override.is_discrete_sweep():
        raise SettingsError([f"{key}: an interval has no end of values (allowed: range(1,5) or choice(1,5))"])
    if isinstance(sweep, RangeSweep):
        return count_range(key, sweep)
    return len(getattr(sweep, "list", ())) or 1


def count_range(key: str, sweep: RangeSweep) -> int:
    """How many values a range has; raise SettingsError for one that has none."""
    start, stop, step = float(sweep.start or 0), float(sweep.stop or 0), float(sweep.step)
    count = (stop - start) / step if step and all(map(math.isfinite, (start, stop, step))) else 0
    if count <= 0:
        raise SettingsError([f"{key}: a range without a value (allowed: range(FIRST,END,STEP), END being left out)"])
    return math.ceil(min(count, 1e18))


def list_values(override: Override) -> Sequence[str]:
    """One setting for each of the values of an override, each value once."""
    text = override.input_line or ""
    if not override.is_sweep_override():
        return [text]
    key = override.key_or_group
    values = list(override.sweep_string_iterator())
    for number, value in enumerate(values):
        if value in values[:number]:
            raise SettingsError([f"{key}: has a value twice (got {value})"])
    if not values:
        raise SettingsError([f"{key}: no name fits (got {text.partition('=')[2]})"])
    return [f"{override.get_key_element()}={value}" for value in values]
