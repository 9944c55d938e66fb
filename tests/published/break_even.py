"""Checkers of the published cases on break-even and uncertainty."""

from __future__ import annotations

from typing import Any

from referral_playbook.methods.uncertainty.distributions import Pert
from tests.oracles.break_even import BreakEven, break_even
from tests.oracles.decisions import Payoffs, Study, unit_normal_loss

from .cases import Case, Checks, close


def _plain(case: Case, target: float = 0.0) -> tuple[BreakEven, dict[str, Any], float]:
    x = case["inputs"]
    found = break_even(fixed_cost=x["fixed"], contribution=x["price"] - x["variable"], target_profit=target)
    return found, case["expected"], case["tolerance"]["abs"]


def openstax(case: Case) -> None:
    found, expected, tolerance = _plain(case)
    close(found.contribution, expected["contribution"], tolerance)
    close(found.exact, expected["units"], tolerance)
    assert found.conversions == expected["units_whole"]
    close(found.profit(0), expected["loss_at_zero"], tolerance)


def hartnett(case: Case) -> None:
    found, expected, tolerance = _plain(case)
    close(found.exact, expected["units"], tolerance)
    aimed, _, _ = _plain(case, case["inputs"]["target_profit"])
    close(aimed.exact, expected["units_target"], tolerance)


def northwood(case: Case) -> None:
    found, expected, tolerance = _plain(case)
    sold, price = case["inputs"]["sold"], case["inputs"]["price"]
    close(found.exact, expected["units"], tolerance)
    close(found.conversions * price, expected["revenue"], tolerance)
    close(found.margin_of_safety(sold), expected["margin_of_safety_units"], tolerance)
    close(found.operating_leverage(sold), expected["operating_leverage"], tolerance)


def hicks(case: Case) -> None:
    found, expected, tolerance = _plain(case)
    price = case["inputs"]["price"]
    close(found.exact, expected["units"], tolerance)
    close(found.exact * price, expected["revenue"], tolerance)
    close(found.contribution / price, expected["cm_ratio"], tolerance)


def beta_pert(case: Case) -> None:
    x, expected, tolerance = case["inputs"], case["expected"], case["tolerance"]["abs"]
    cost = Pert(low=x["min"], mode=x["mode"], high=x["max"], lam=x["lam"])
    for actual, name in ((cost.alpha, "alpha"), (cost.beta, "beta"), (cost.mean, "mean"), (cost.sd, "sd")):
        close(actual, expected[name], tolerance)
    close(cost.sd**2, expected["variance"], tolerance)
    close(cost.ppf([0.1, 0.5, 0.9]), expected["p10_p50_p90"], tolerance)
    assert abs(cost.sd - expected["classic_sd"]) > tolerance  # the trap


def _payoffs(case: Case) -> Payoffs:
    return Payoffs(payoff=case["inputs"]["payoff"], p=case["inputs"]["p"])


def perfect_information(case: Case) -> None:
    table, expected, tolerance = _payoffs(case), case["expected"], case["tolerance"]["abs"]
    found = {
        "EMV": table.emv,
        "EVwPI": table.with_perfect_information,
        "EVPI": table.evpi,
        "minimax_regret": table.minimax_regret,
        "hurwicz_0_8": table.hurwicz(0.8).max(),
    }
    for name in expected:
        close(found[name], expected[name], tolerance)


def thompson_survey(case: Case) -> None:
    expected, exact = case["expected"], case["tolerance"]["abs"]
    study = _payoffs(case).study(case["inputs"]["P_pos"])
    _survey(study, expected, exact)
    posterior = study.posterior[:, 0].round(4)  # published with four decimals
    close(posterior, [expected["posterior_fav_given_pos"], expected["posterior_fav_given_neg"]], exact)


def thompson_survey_of_three(case: Case) -> None:
    expected, exact = case["expected"], case["tolerance"]["abs"]
    study = _payoffs(case).study(case["inputs"]["P_pos"])
    close(study.best_emv - case["inputs"]["survey_cost"], expected["branch_net"], exact)
    _survey(study, expected, exact)
    names = ("large", "small", "none")
    assert [names[i] for i in study.best if i is not None] == [expected["best_given_pos"], expected["best_given_neg"]]


def gorman(case: Case) -> None:
    table, expected, tolerance = _payoffs(case), case["expected"], case["tolerance"]["abs"]
    study = table.study(case["inputs"]["P_F"])
    close(table.emv, expected["EMV"], tolerance)
    close(table.evpi, expected["EVPI"], tolerance)
    _survey(study, expected | {"P_positive": expected["P_F"]}, tolerance)
    close(study.efficiency(table), expected["efficiency"], tolerance)


def _survey(study: Study, expected: dict[str, Any], tolerance: float) -> None:
    close(study.signal[0], expected["P_positive"], tolerance)
    close(study.with_information, expected["EVwSI"], tolerance)
    close(study.evsi, expected["EVSI"], tolerance)


def schlaifer(case: Case) -> None:
    close(unit_normal_loss(case["inputs"]["u"]), case["expected"]["L"], case["tolerance"]["abs"])


CHECKS: Checks = {
    "be-01-openstax": openstax,
    "be-02-hartnett": hartnett,
    "be-03-northwood": northwood,
    "be-06-hicks": hicks,
    "be-08-beta-pert": beta_pert,
    "be-09-evpi-thompson-2state": perfect_information,
    "be-10-evsi-thompson-2state": thompson_survey,
    "be-11-evpi-thompson-3state": perfect_information,
    "be-12-evsi-thompson-3state": thompson_survey_of_three,
    "be-14-evsi-gorman-original": gorman,
    "be-15-unit-normal-loss": schlaifer,
}
