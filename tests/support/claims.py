"""Claims for tests, and the observation model of all that are scored."""

from sim.likelihood.observation_model import ObservationModel, build_observation_model
from sim.scenario import Scenario
from sim.scenario.evidence import Claim


def make_claim(phrase: str, measure: str = "control", side: str = "amber", place: str = "hill", **more: str) -> Claim:
    """A claim of the account on the first two days of the teaching scenario."""
    observable = {"measure": measure, "side": side, "until": "2001-06-02"} | more
    if measure in ("control", "peak_control"):
        observable["place"] = place
    data = {"statement": "it is said", "citation": "battle 1.1", "source": "account", "role": "calibration"}
    return Claim.model_validate(data | {"observable": observable, "value": phrase})


def list_scored_claims(scenario: Scenario) -> list[str]:
    """The claims that are scored, for calibration or held out."""
    return [id for id, claim in scenario.claims.items() if claim.role != "context"]


def build_model(scenario: Scenario, claims: list[str] | None = None) -> ObservationModel:
    """The observation model of the whole record."""
    return build_observation_model(scenario, scenario.hours_since_start(scenario.horizon), claims)
