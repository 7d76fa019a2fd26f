"""The pack that comes of a fit says what the fit said, and the tool that writes it refuses what it can't use."""

import math

import numpy as np
import pytest
from support import tables

from sim.analysis.engagement import eras, pack, posterior, size_check
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


@pytest.mark.parametrize(
    "argv",
    [
        [],
        ["cdb90=x"],
        ["cdb90=x", "ardennes=y", "size=3"],
        ["cdb90=x", "ardennes=y", "z"],
        ["cdb90=x", "ardennes=y", "by=war"],
    ],
)
def test_the_tool_says_what_it_wants(argv):
    with pytest.raises(SystemExit, match="wants cdb90=DIR ardennes=DIR"):
        engagement_pack.main(argv)


def test_the_tool_reports_tables_that_are_not_there(tmp_path):
    with pytest.raises(SystemExit, match="there is no such file"):
        engagement_pack.main([f"cdb90={tmp_path}", f"ardennes={tmp_path}"])


def make_era_fit() -> posterior.EngagementFit:
    """A fit of all eras whose coefficients are what their names say: an own hundredth for each."""
    specification = eras.make_era_specification()
    n = len(specification.coefficients)
    mean = np.arange(1, n + 1) / 100
    return posterior.EngagementFit(specification, mean, np.eye(n), mean, np.diag(mean), -1.0, 600, 60, 3)


def test_an_era_is_what_all_share_and_what_it_has_of_its_own(record):
    whole = make_era_fit()
    by_name = dict(zip([each.name for each in whole.specification.coefficients], whole.mean, strict=True))
    part = eras.reduce_to_era(whole, "1946_1982", record)
    names = [each.name for each in part.specification.coefficients]
    found = dict(zip(names, part.mean, strict=True))
    for side in ("attack", "defend"):
        shared = by_name[f"break_{side}_median"]
        assert found[f"break_{side}_median"] == pytest.approx(shared + by_name["break_medians_1946_1982"])
    assert found["killing_rate"] == pytest.approx(by_name["killing_rate"] + by_name["rate_1946_1982"])
    late = by_name["break_medians_of_small"] + by_name["break_medians_of_late_small"]
    assert found["break_medians_of_small"] == pytest.approx(late)
    assert found["size_exponent"] == by_name["size_exponent"]
    pair = [names.index(f"break_{side}_median") for side in ("attack", "defend")]
    assert part.covariance[pair[0], pair[1]] == pytest.approx(by_name["break_medians_1946_1982"])  # what both share
    early = eras.reduce_to_era(whole, "1800_1913", record)
    assert early.mean[names.index("break_medians_of_small")] == by_name["break_medians_of_small"]
    assert part.n_wars == 4


def test_the_pack_of_an_era_does_not_drift_and_widens_beyond_its_years(record):
    part = eras.reduce_to_era(make_era_fit(), "1914_1938", record)
    built = PriorPack.model_validate(pack.build_pack(part, record, PERSISTENCE, {}, "today"))
    at = list(built.parameters).index("killing_rate")
    inside, beyond = (built.compute_moments(year, 20_000.0) for year in (1900.0, 2050.0))
    assert inside[0][at] == pytest.approx(beyond[0][at])
    assert beyond[1][at, at] - inside[1][at, at] == pytest.approx(2.0**2)  # the walk of a century
    assert "what all eras share is from 600 battles" in built.fitted_to[0]


def test_battles_of_a_size_that_kill_faster_than_the_fit_has_it_are_told():
    n = 200
    generator = make_generator("test:sizes", 1)
    log_size = np.where(np.arange(n) < n // 2, math.log(1_000 / 11_000), math.log(20_000 / 11_000))
    lost = 0.1 + 0.05 * generator.random(n)
    specification = make_specification(("smallness",))
    fit = posterior.EngagementFit(
        *(specification, specification.prior_means, np.eye(len(specification.coefficients))),
        *(specification.prior_means, np.eye(len(specification.coefficients)), -1.0, n, 5, 3),
    )
    days = np.where(np.arange(n) < n // 2, 0.5, 2.0)
    data = RecordedEngagements(
        np.zeros(n), log_size, np.full(n, 1950.0), np.arange(n) % 5, np.ones(n), lost, lost, days, days
    )
    small, large = size_check.compute_rates_by_size(fit, data)
    assert (small.n, large.n) == (n // 2, n // 2)
    assert small.ratio / large.ratio == pytest.approx(4.0, rel=0.1)  # the prior's size exponent is 0
    assert small.ratio_low < small.ratio < small.ratio_high
    assert size_check.describe_rates_by_size(fit, data)[0].startswith(
        "rate of losses in battles of fewer than 2,000 people: 2.0"
    )


@pytest.mark.slow
def test_the_tool_writes_a_pack_that_can_be_read(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(engagement_pack, "N_IMPORTANCE_DRAWS", 200)
    monkeypatch.setattr(engagement_pack, "LEAST_ESS", 0.0)
    tables.cdb90(tmp_path / "cdb90", 40)
    tables.ardennes(tmp_path / "ardennes")
    target = tmp_path / "packs" / "engagement.yaml"
    engagement_pack.main([f"cdb90={tmp_path / 'cdb90'}", f"ardennes={tmp_path / 'ardennes'}", f"packs={target.parent}"])
    printed = capsys.readouterr().out
    assert "are effective under the posterior itself" in printed
    text = target.read_text(encoding="utf-8")
    assert text.startswith(engagement_pack.HEAD)
    assert str(tmp_path) not in text
