"""`sim run -m`: Hydra's own multirun, one study for each combination of settings."""

from typing import Any

from hydra._internal.core_plugins.basic_sweeper import BasicSweeper
from hydra._internal.hydra import Hydra
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.errors import HydraException
from hydra.types import RunMode
from omegaconf import DictConfig
from omegaconf.errors import OmegaConfBaseException

from sim.cli.compose import check_shipped, hydra_of, plain_of
from sim.cli.groups import Folders, config_folders, split_config_dirs
from sim.cli.overrides import check_overrides
from sim.cli.settings import SettingsError, checked, one_line

PRIMARY = "config"


def multirun(words: list[str]) -> int:
    """Run every combination; bad settings of one job end the rest, as an error that is told like any other."""
    from sim.cli.run import study_of

    def job(config: DictConfig) -> Any:
        return str(study_of(checked(plain_of(config))))

    own, rest = split_config_dirs([word for word in words if word != "-m"])
    folders = config_folders(own)
    try:
        check_overrides(rest, folders)
        hydra = hydra_of(folders)
        check_jobs(hydra, rest, folders)
        hydra.multirun(PRIMARY, job, rest)
    except (HydraException, OmegaConfBaseException) as error:
        raise SettingsError([one_line(error)]) from error
    except OSError as error:  # Hydra makes a folder for each job
        raise SettingsError([f"outputs: {error.strerror}: {error.filename}"]) from error
    return 0


def check_jobs(hydra: Hydra, words: list[str], folders: Folders) -> None:
    """Refuse a multirun, before anything is made, of which any job would be more than plain settings."""
    master = hydra.compose_config(PRIMARY, words, RunMode.MULTIRUN)
    check_shipped(master, PRIMARY, folders)
    plain_of(master)
    for job in jobs_of(hydra, words):
        check_overrides(job, folders)
        config = hydra.config_loader.load_sweep_config(master, job)
        check_shipped(config, PRIMARY, folders)
        plain_of(config)


def jobs_of(hydra: Hydra, words: list[str]) -> list[list[str]]:
    """The words of each job, as Hydra's sweeper will make them."""
    overrides = OverridesParser.create(config_loader=hydra.config_loader).parse_overrides(words)
    return [job for batch in BasicSweeper.split_arguments(overrides, None) for job in batch]
