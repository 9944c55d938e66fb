"""How often the verdict of step 05 is right: simulated clients whose truth is known go through its own gate.

``make decision-study`` writes the table and the picture to playbook/decisions.md; a small version is among the tests.
Each client draws its truth (a programme that gains, changes nothing or does harm; a baseline from none to large), then
the data that it has, and is judged on the data alone. Whether it truly gains is the closed form at the truth.
"""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from referral_playbook.contract.evidence import Basis, Estimate, undefined
from referral_playbook.contract.settings.parameters import Parameters
from referral_playbook.domain.assumptions import assumed_value, decided_value
from referral_playbook.domain.lists.goal_band import certain_uplift
from referral_playbook.domain.programme.baseline import BASELINE
from referral_playbook.domain.programme.new_referrals import from_asks
from referral_playbook.domain.programme.referral_inputs import assumed_share
from referral_playbook.domain.programme.uplift import best_uplift, holdout_uplift, published_uplift
from referral_playbook.domain.sources.funnel import CONVERSION, QUALIFIED
from referral_playbook.methods.decisions.against_nothing import monthly_contribution
from referral_playbook.methods.decisions.programme_futures import Timetable
from referral_playbook.methods.proportions import binomial_limits, proportion
from referral_playbook.methods.rates import poisson_rate
from referral_playbook.steps.break_even.economics import decide
from referral_playbook.steps.break_even.forecast import Forecast

PAGE = Path(__file__).resolve().parents[1] / "playbook" / "decisions.md"
PICTURE = PAGE.parent / "images" / "decisions.svg"
CLIENTS, DRAWS, MONTHS = 900, 4_000, 12
NO_UPLIFT = 400
"""Clients who are judged with the uplift fixed at 1."""
EFFECTS = ("gain", "nothing", "harm")
BASELINES = {"none": (0.0, 0.3), "small": (1.0, 8.0), "large": (20.0, 90.0)}
MEASURED = ("all four", "all but the share", "not the uplift or the share", "nothing")
VERDICTS = ("go", "test_small", "stop", "not_enough_data")
KEPT = 0.94  # of customers, from month to month
SHARE = assumed_share()
STAYS = tuple(KEPT**k * (1 - KEPT) / (1 - KEPT**36) for k in range(36))
WHEN = Timetable(months=36, deadline=MONTHS, margin_after=STAYS)


@dataclass(frozen=True, kw_only=True)
class Truth:
    """What is true of one client; money per conversion or month."""

    effect: str
    size: str
    measured: str
    customers: int
    baseline: float
    uplift: float
    qualified: float
    conversion: float
    share: float
    value: float
    reward: float
    cost: float

    @property
    def result(self) -> float:
        """Value of the next 12 months against doing nothing, by the closed form."""
        return MONTHS * monthly_contribution(
            baseline=self.baseline,
            qualified=self.qualified,
            conversion=self.conversion,
            uplift=self.uplift,
            value=self.value,
            incremental_share=self.share,
            reward=self.reward,
            running_cost=self.cost,
        )


def draw_truth(rng: np.random.Generator) -> Truth:
    """A client of any kind; costs are such that programmes which gain referrals may gain or lose money."""
    effect, size = rng.choice(EFFECTS, p=(0.5, 0.25, 0.25)), rng.choice(list(BASELINES))
    uplift = {"gain": 1.1 + rng.gamma(2.0, 0.45), "nothing": 1.0, "harm": rng.uniform(0.6, 0.95)}[effect]
    baseline = rng.uniform(*BASELINES[size])
    share, value = rng.beta(4, 4), float(np.exp(rng.normal(np.log(600), 0.8)))
    qualified, conversion = rng.uniform(0.35, 0.65), rng.uniform(0.06, 0.30)
    flow = baseline * qualified * conversion * share * value
    return Truth(
        effect=effect,
        size=size,
        measured=rng.choice(MEASURED),
        uplift=uplift,
        baseline=baseline,
        customers=int(np.clip(baseline / rng.uniform(0.01, 0.05), 60, 20_000)),
        qualified=qualified,
        conversion=conversion,
        share=share,
        value=value,
        reward=rng.uniform(0.0, 0.35) * share * value,
        cost=20 + rng.uniform(0.0, 0.4) * flow,
    )


def observe(t: Truth, rng: np.random.Generator) -> dict[str, Estimate]:
    """The inputs as this client can know them."""
    nothing, tested = t.measured == "nothing", t.measured in ("all four", "all but the share")
    made = poisson_rate(int(rng.poisson(MONTHS * t.baseline)), float(MONTHS), unit="referrals", per="month")
    if nothing and rng.random() < 0.25:
        made = undefined("nobody counts referrals", unit="referrals", per="month")
    if nothing and made.defined:
        made = assumed_value("baseline", t.baseline * rng.uniform(0.7, 1.4), BASELINE, unit="referrals", per="month")
    own = holdout_uplift(_arms(t, rng), control="held out") if tested else None
    share = _rate(t.share, 150, None, "conversion", rng) if t.measured == "all four" else SHARE
    known = {
        "baseline_referrals": made,
        "uplift": published_uplift() if own is None else best_uplift(own, published_uplift()),
        "qualified_share": _rate(t.qualified, None if nothing else 200, QUALIFIED, "referral", rng),
        "conversion_rate": _rate(t.conversion, None if nothing else 150, CONVERSION, "qualified referral", rng),
        "incremental_share": share,
        "customer_value": _value(t, rng, measured=not nothing),
        "reward": decided_value("reward", t.reward, unit="GBP", per="conversion"),
        "lead_reward": decided_value("lead_reward", 0.0, unit="GBP", per="qualified referral"),
        "monthly_cost": decided_value("cost", t.cost, unit="GBP", per="month"),
        "set_up_cost": decided_value("set_up", 0.0, unit="GBP", per="programme"),
        "new_referrals": decided_value("new_referrals", 0.0, unit="referrals", per="month"),
    }
    if made.value == 0:  # an uplift has nothing to multiply
        known |= {"new_referrals": from_asks(t.customers), "uplift": certain_uplift(1.0)}
    return known


def _arms(t: Truth, rng: np.random.Generator) -> pd.DataFrame:
    """A year of a hold-out: half of the customers have the programme."""
    half = t.customers // 2
    expected = MONTHS * t.baseline / 2
    rows = [
        ("held out", half, None, rng.poisson(expected)),
        ("programme", half, None, rng.poisson(expected * t.uplift)),
    ]
    return pd.DataFrame(rows, columns=["arm", "users", "conversions", "invites"])


def _rate(true: float, n: int | None, default: object, per: str, rng: np.random.Generator) -> Estimate:
    if n is None:
        return assumed_value(per, None, default, unit="share", per=per)  # type: ignore[arg-type]
    return proportion(int(rng.binomial(n, true)), n, per=per, source="simulated")


def _value(t: Truth, rng: np.random.Generator, *, measured: bool) -> Estimate:
    said = {"unit": "GBP", "per": "new customer"}
    if not measured:
        told = t.value * float(np.exp(rng.normal(0, 0.25)))
        return Estimate(
            value=told,
            low=0.5 * told,
            high=1.5 * told,
            confidence=None,
            n=None,
            basis=Basis.ASSUMED,
            source="stated",
            **said,
        )
    seen = t.value * rng.lognormal(-0.32, 0.8, 100)
    mean, error = float(seen.mean()), float(seen.std() / 10)
    return Estimate(
        value=mean,
        low=max(1.0, mean - 1.96 * error),
        high=mean + 1.96 * error,
        confidence=0.95,
        n=100,
        basis=Basis.MEASURED,
        source="simulated",
        **said,
    )


class WithoutRange(Forecast):
    """The futures without the range of the probability: it decides nothing, and it is most of the work."""

    ends = ()  # type: ignore[assignment]


def judge(seed: int, draws: int, i: int, uplift: float | None = None) -> dict[str, object]:
    """One client: its truth, its verdict, and the probability beside it.

    Parameters
    ----------
    uplift : float or None
        An uplift that is taken as certain, whatever the client has measured.
    """
    rng = np.random.default_rng([seed, i])
    truth = draw_truth(rng)
    known = observe(truth, rng)
    if uplift is not None:
        known |= {"uplift": certain_uplift(uplift), "new_referrals": none_new()}
    forecast = WithoutRange(known=known, timetable=WHEN, draws=draws, seed=i)
    outcomes = forecast.estimates()
    gate = None if forecast.unknown else decide(forecast, outcomes, left_over(known), Parameters.of("break_even"))
    return {
        "effect": truth.effect,
        "size": truth.size,
        "measured": truth.measured,
        "result": truth.result,
        "gains": truth.result > 0,
        "verdict": "not_enough_data" if gate is None else gate.status.value,
        "probability": outcomes["probability_by_date"].value,
        "calculator": calculator_says_start(known),
        "scale": 12 * truth.cost,
    }


def left_over(known: dict[str, Estimate]) -> Estimate:
    """What one extra conversion leaves at the printed values."""
    value, share, reward = (known[n].point for n in ("customer_value", "incremental_share", "reward"))
    left = share * value - reward
    found = decided_value("contribution", 0.0, unit="GBP", per="conversion")
    return found.as_(value=left, low=left, high=left)


def none_new() -> Estimate:
    """No referrals beside those that the uplift gives."""
    return decided_value("new_referrals", 0.0, unit="referrals", per="month")


def calculator_says_start(known: dict[str, Estimate]) -> bool:
    """Whether a public calculator would start: every referral that is expected is credited, at the printed values."""
    if any(not e.defined for e in known.values()):
        return False
    x = {name: e.point for name, e in known.items()}
    referrals = x["uplift"] * x["baseline_referrals"] + x["new_referrals"]
    won = referrals * x["qualified_share"] * x["conversion_rate"]
    return won * (x["customer_value"] - x["reward"]) >= x["monthly_cost"]


def go_at_no_uplift(clients: int, *, seed: int = 1, draws: int = 1_000) -> int:
    """How many clients are told `go` where the uplift is fixed at 1; it has to be none."""
    return sum(judge(seed, draws, i, uplift=1.0)["verdict"] == "go" for i in range(clients))


def study(clients: int = CLIENTS, *, seed: int = 0, draws: int = DRAWS, workers: int = 1) -> pd.DataFrame:
    """All clients, a row each."""
    if workers == 1:
        return pd.DataFrame([judge(seed, draws, i) for i in range(clients)])
    with ProcessPoolExecutor(workers) as pool:
        return pd.DataFrame(list(pool.map(partial(judge, seed, draws), range(clients), chunksize=20)))


def by_verdict(rows: pd.DataFrame) -> pd.DataFrame:
    """Per verdict: clients, share that truly gains, and the mean regret in times the yearly running cost."""
    grouped = rows.assign(regret=_regret(rows, rows["verdict"] == "go")).groupby("verdict")
    found = grouped.agg(clients=("gains", "size"), truly_gain=("gains", "mean"), regret=("regret", "mean"))
    return found.reindex([v for v in VERDICTS if v in found.index])


def _regret(rows: pd.DataFrame, started: pd.Series) -> pd.Series:
    """What the best decision would have earned more: a programme that is not started forgoes what it would gain."""
    taken = np.where(started, rows["result"], 0.0)
    return (np.maximum(rows["result"], 0.0) - taken) / rows["scale"]


def by_rule(rows: pd.DataFrame) -> pd.DataFrame:
    """The gate beside other rules: programmes started, the share of them that gains, and regret over all clients."""
    rules = {
        "the gate of step 05": rows["verdict"] == "go",
        "the gate, and every test_small that gains found by its test": (rows["verdict"] == "go")
        | ((rows["verdict"] == "test_small") & rows["gains"]),
        "a public calculator": rows["calculator"].astype(bool),
        "start always": pd.Series(True, index=rows.index),
        "start never": pd.Series(False, index=rows.index),
    }
    return pd.DataFrame(
        [
            {
                "rule": name,
                "started": int(started.sum()),
                "truly_gain": float(rows.loc[started, "gains"].mean()) if started.any() else float("nan"),
                "regret": float(_regret(rows, started).mean()),
            }
            for name, started in rules.items()
        ]
    )


def calibration(rows: pd.DataFrame, *, bins: int = 10) -> pd.DataFrame:
    """The probability of step 05 against how many of these clients truly gain, with a Wilson range."""
    known = rows[rows["probability"].notna()].astype({"probability": float})
    edges = np.linspace(0, 1, bins + 1)
    groups = known.groupby(pd.cut(known["probability"], edges, include_lowest=True), observed=True)
    table = groups.agg(clients=("gains", "size"), probability=("probability", "mean"), truly_gain=("gains", "mean"))
    limits = [
        binomial_limits(round(n * share), n) for n, share in zip(table["clients"], table["truly_gain"], strict=True)
    ]
    return table.assign(low=[low for low, _ in limits], high=[high for _, high in limits])


def answered_when_measured(rows: pd.DataFrame) -> float:
    """Share of clients with all four main inputs measured that were told anything but `not_enough_data`."""
    measured = rows[rows["measured"] == "all four"]
    return float((measured["verdict"] != "not_enough_data").mean())


def page(rows: pd.DataFrame, no_uplift: tuple[int, int]) -> str:
    """The page of the playbook.

    Parameters
    ----------
    no_uplift : (int, int)
        Clients who are told `go` with the uplift fixed at 1, and of how many.
    """
    return "\n".join((*_intro(rows, no_uplift), *_tables(rows), ""))


def _intro(rows: pd.DataFrame, no_uplift: tuple[int, int]) -> tuple[str, ...]:
    go, stop = (rows[rows["verdict"] == v]["gains"] for v in ("go", "stop"))
    answered = rows.loc[rows["measured"] == "all four", "verdict"] != "not_enough_data"
    return (
        "# How often the decision is right",
        "",
        f"We simulated {len(rows):,} clients whose truth is known: programmes that gain referrals, change nothing or",
        "do harm, with a baseline from none to large, measured or not. Each went through the gate of step 05 on its",
        "data alone. A client truly gains if the value of the next 12 months against doing nothing is above zero.",
        "",
        f"- Of clients told `go`, {_share(go)} truly gain ({go.sum():,} of {len(go):,}). The aim is at least 90%.",
        f"- Of clients told `stop`, {_share(stop)} would have gained ({stop.sum():,} of {len(stop):,}). The aim is at",
        "  most 10%.",
        f"- Of the {len(answered):,} clients with the four main inputs measured,",
        f"  {_share(answered)} get an answer other than",
        "  `not_enough_data`. The aim is at least 80%.",
        f"- With the uplift fixed at 1, {no_uplift[0]:,} of {no_uplift[1]:,} clients get `go`. The aim is none.",
        "",
        "A `go` always rests on a measured uplift. As long as nobody has measured it, its range reaches below 1, and",
        "the evidence test fails there. The incremental share may be assumed, as long as the result stays at zero or",
        "above at the low end of its range.",
        "",
    )


def _share(gains: pd.Series) -> str:
    """A share in percent; all and none in words."""
    mean = float(gains.mean())
    return "all" if mean == 1 else "none" if mean == 0 else f"{mean:.0%}"


def _tables(rows: pd.DataFrame) -> tuple[str, ...]:
    return (
        "## By verdict",
        "",
        "Regret is what the best decision would have earned more, in times the yearly running cost. `test_small` and",
        "`not_enough_data` count as not started yet.",
        "",
        _markdown(by_verdict(rows).reset_index()),
        "",
        "## Beside simpler rules",
        "",
        "The public calculator credits every referral that is expected and asks whether the value of customers won "
        "covers the cost.",
        "The second row shows what the tests are for: it starts every `test_small` client whose test shows a gain.",
        "",
        _markdown(by_rule(rows)),
        "",
        "## By what was measured",
        "",
        _markdown(pd.crosstab(rows["measured"], rows["verdict"]).reset_index()),
        "",
        "## By what the programme truly does",
        "",
        _markdown(pd.crosstab(rows["effect"], rows["verdict"]).reset_index()),
        "",
        "## Is the probability calibrated?",
        "",
        "Each dot is a group of clients whose probability is alike. On the diagonal, as many of them gain as the",
        "probability says. The lines are 95% ranges.",
        "",
        "![Probability that the value of customers won covers the cost, against the share that truly gains]"
        "(images/decisions.svg)",
        "",
        _markdown(calibration(rows).reset_index(drop=True)),
        "",
        "`make decision-study` writes this page again; the seed is fixed.",
    )


def _markdown(table: pd.DataFrame) -> str:
    names = [str(c).replace("_", " ") for c in table.columns]
    lines = ["| " + " | ".join(names) + " |", "|" + "---|" * len(names)]
    return "\n".join((*lines, *("| " + " | ".join(map(_cell, row)) + " |" for row in table.itertuples(index=False))))


def _cell(x: object) -> str:
    if isinstance(x, float):
        return "none started" if np.isnan(x) else f"{x:.2f}"
    return str(x)


def draw(rows: pd.DataFrame, path: Path) -> None:
    """The reliability diagram."""
    import matplotlib.pyplot as plt

    points = calibration(rows)
    with plt.rc_context({"svg.hashsalt": "decisions", "font.size": 9}):
        figure, ax = plt.subplots(figsize=(4.2, 4.0))
        ax.plot([0, 1], [0, 1], color="0.6", linewidth=1)
        spread = np.abs(points[["low", "high"]].to_numpy().T - points["truly_gain"].to_numpy())
        ax.errorbar(points["probability"], points["truly_gain"], yerr=spread, fmt="none", ecolor="0.6", linewidth=1)
        ax.scatter(points["probability"], points["truly_gain"], s=3 * points["clients"] ** 0.8, color="#0072B2")
        ax.set(xlabel="probability of covered cost", ylabel="share that truly gains", xlim=(0, 1), ylim=(0, 1))
        figure.tight_layout()
        figure.savefig(path, metadata={"Date": None})
        plt.close(figure)


def main(workers: int = 2) -> Iterable[str]:
    """Write the page and its picture."""
    rows = study(workers=workers)
    draw(rows, PICTURE)
    PAGE.write_text(page(rows, (go_at_no_uplift(NO_UPLIFT), NO_UPLIFT)), encoding="utf-8")
    return (str(PAGE), str(PICTURE))


if __name__ == "__main__":
    print(*main(), sep="\n")
