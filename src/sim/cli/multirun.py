"""`sim run -m`: Hydra's own multirun, one study for each combination of settings."""

import os
import sys
from typing import Any

import hydra
from hydra.errors import HydraException
from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException

from sim import files
from sim.cli.settings import SettingsError, check_contradictions, check_experiments, check_words, checked, one_line


def multirun(words: list[str]) -> int:
    """Run every combination; bad settings of one job end the rest, as an error that is told like any other."""
    from sim.cli.run import study_of

    def job(config: DictConfig) -> Any:
        return str(study_of(checked(OmegaConf.to_container(config, resolve=True))))

    rest = [word for word in words if word not in ("-m", "--multirun")]
    check_words(rest)
    check_experiments(rest)
    check_contradictions(rest)
    before = sys.argv
    os.environ.setdefault("HYDRA_FULL_ERROR", "1")  # so that errors reach us instead of ending the process
    sys.argv = ["sim run", "-m", *rest]  # before the settings: the parser takes no flag among them
    try:
        hydra.main(config_path=str(files.conf_folder()), config_name="config", version_base="1.3")(job)()
    except (HydraException, OmegaConfBaseException) as error:
        raise SettingsError([one_line(error)]) from error
    except OSError as error:  # Hydra makes a folder for each job
        raise SettingsError([f"outputs: {error.strerror}: {error.filename}"]) from error
    finally:
        sys.argv = before
    return 0
