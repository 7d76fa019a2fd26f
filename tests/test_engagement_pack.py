"""The pack that comes of a fit says what the fit said, and the tool that writes it refuses what it can't use."""

import math

import numpy as np
import pytest
from support import tables

from sim.analysis.engagement import pack, posterior
from sim.analysis.engagement.parameters import (
    LARGE_SIZE,
    PARAMETERS,
    REFERENCE_YEAR,
    SCALES,
    SMALL_SIZE,
    make_specification,
)
from sim.analysis.engagement.persistence import PersistenceFit, fit_persistence
from sim.analysis.engagement.record import RecordedEngagements
from sim.random_streams import make_generator
from sim.scenario.prior_packs import PriorPack, compute_smallness, load_pack
from tools import engagement_pack

PERSISTENCE = PersistenceFit(0.65, 0.11, 0.4, 0.15, 0.4, 31)


@pytest.fixture(scope="module")
def fit() -> posterior.EngagementFit:
    specification = make_specification()
    n = len(specification.coefficients)
    root = np.tril(0.03 * make_generator("test:pack", 1).standard_normal((n, n))) + 0.1 * np.eye(n)
    mean = specification.prior_means + 0.05
    covariance = root @ root.T
    return posterior.EngagementFit(specification, mean, covariance, mean, covariance, -1.0, 600, 60, 3)


@pytest.fixture(scope="module")
def record() -> RecordedEngagements:
    n, zero = 4, np.zeros(4)
    return RecordedEngagements(
        zero, np.log([0.1, 1, 2, 30]), np.array([1700, 1800, 1900, 1950]), np.arange(n), zero, zero, zero, zero, zero
    )


def test_the_pack_has_the_moments_of_the_fit(fit, record):
    built = PriorPack.model_validate(pack.build_pack(fit, record, PERSISTENCE, {"a.csv": "0" * 64}, "today"))
    year, size = 1850.0, 4000.0
    means, covariance = built.compute_moments(year, size)
    draws = fit.draw_coefficients(1, 40_000)
    covariates = {
        "whole_days": np.array(0.0),
        "year": np.array((year - REFERENCE_YEAR) / 100),
        "smallness": compute_smallness(size, SMALL_SIZE, LARGE_SIZE),
    }
    parameters = fit.specification.compute_parameters(draws, covariates)
    forward = {"identity": np.asarray, "log": np.log, "logit": lambda p: np.log(p / (1 - p))}
    names = list(built.parameters)
    for each in PARAMETERS:
        sample, at = forward[SCALES[each.name]](parameters[each.name]), names.index(each.name)
        assert sample.mean() == pytest.approx(means[at], abs=0.005)
        assert sample.var() == pytest.approx(covariance[at, at], rel=0.05)
    pair = [names.index(name) for name in ("break_attack_median", "break_defend_median")]
    samples = [np.log(parameters[names[at]]) for at in pair]
    assert np.cov(samples)[0, 1] == pytest.approx(covariance[pair[0], pair[1]], abs=0.002)


def test_the_pack_says_what_was_fitted(fit, record):
    built = pack.build_pack(fit, record, PERSISTENCE, {}, "today")
    assert built["fitted_to"][0].startswith("CDB90: 4 battles of 60 wars, 1700 to 1950, 1,100 to 330,000 people")
    assert (built["year"]["low"], built["size"]["high"]) == (1700, 330_000)


def test_a_campaigns_error_is_joined_with_that_between_campaigns():
    mean, sd = pack.compute_logit_moments(0.65, 0.11)
    assert mean == pytest.approx(math.log(0.65 / 0.35))
    assert sd == pytest.approx(math.hypot(0.11 / (0.65 * 0.35), pack.BETWEEN_CAMPAIGNS_SD))


def test_half_the_power_is_opposed(fit):
    # With z shared and v opposed, ln A = sigma z + tau v / 2 and ln B = sigma z - tau v / 2.
    names = [each.name for each in fit.specification.coefficients]
    sigma, tau = (math.exp(fit.mean[names.index(name)]) for name in ("intensity_sigma", "combat_power_sigma"))
    z, v = make_generator("test:correlation", 1).standard_normal((2, 50_000))
    sample = np.corrcoef(sigma * z + tau * v / 2, sigma * z - tau * v / 2)[0, 1]
    assert pack.compute_implied_correlation(fit) == pytest.approx(sample, abs=0.02)


def test_persistence_and_what_is_shared_are_found_again():
    n, persistence, shared = 4000, 0.6, 0.4
    own = make_generator("test:persistence", 1).standard_normal((3, n))
    innovations = math.sqrt(shared) * own[0] + math.sqrt(1 - shared) * own[1:]
    logs = np.zeros((2, n))
    for day in range(1, n):
        logs[:, day] = persistence * logs[:, day - 1] + 0.3 * innovations[:, day]
    fitted = fit_persistence(np.exp(logs) * [[1000.0], [50.0]])
    assert abs(fitted.persistence - persistence) < 4 * fitted.persistence_error
    assert abs(fitted.shared - shared) < 4 * fitted.shared_error
    assert 0.25 < fitted.r2 < 0.45


def test_the_pack_of_the_project_can_be_read():
    built = load_pack("engagement")
    assert set(built.parameters) == set(pack.PARAMETER_LIMITS)
    assert [each.name for each in built.coefficients] == [
        *(each.name for each in make_specification(("year", "smallness")).coefficients),
        *pack.CAMPAIGN_PARAMETERS,
    ]
    means, _ = built.compute_moments(REFERENCE_YEAR, 11_000.0)
    exponent = math.exp(means[list(built.parameters).index("law_ratio_exponent")])
    assert 0.5 < exponent < 1.1
    assert all(len(digest) == 64 for digest in built.tables.values())


@pytest.mark.parametrize("argv", [[], ["cdb90=x"], ["cdb90=x", "ardennes=y", "size=3"], ["cdb90=x", "ardennes=y", "z"]])
def test_the_tool_says_what_it_wants(argv):
    with pytest.raises(SystemExit, match="wants cdb90=DIR ardennes=DIR"):
        engagement_pack.main(argv)


def test_the_tool_reports_tables_that_are_not_there(tmp_path):
    with pytest.raises(SystemExit, match="there is no such file"):
        engagement_pack.main([f"cdb90={tmp_path}", f"ardennes={tmp_path}"])


@pytest.mark.slow
def test_the_tool_writes_a_pack_that_can_be_read(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(engagement_pack, "N_IMPORTANCE_DRAWS", 200)
    monkeypatch.setattr(engagement_pack, "LEAST_ESS", 0.0)
    tables.cdb90(tmp_path / "cdb90", 40)
    tables.ardennes(tmp_path / "ardennes")
    target = tmp_path / "packs" / "engagement.yaml"
    engagement_pack.main([f"cdb90={tmp_path / 'cdb90'}", f"ardennes={tmp_path / 'ardennes'}", f"pack={target}"])
    printed = capsys.readouterr().out
    assert "are effective under the posterior itself" in printed
    text = target.read_text(encoding="utf-8")
    assert text.startswith(engagement_pack.HEAD)
    assert str(tmp_path) not in text
