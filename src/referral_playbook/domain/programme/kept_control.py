"""The kept control: customers who qualify for an ask and are left unasked, drawn by a hash of their id.

The draw depends on the customer's id and a seed alone, so it stays the same from month to month, needs no list to be
stored, and does not depend on who else is a customer. The programme's uplift is the referral rate of all other
customers over that of the control since the first ask list was used.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri

from referral_playbook.contract.evidence import Basis, Estimate, undefined
from referral_playbook.contract.names import Step
from referral_playbook.contract.parameters import Parameters
from referral_playbook.facts.engagement import Engagement
from referral_playbook.methods.experiments.sequential import planned_information
from referral_playbook.methods.experiments.sequential_arms import Looks, fixed_ratio, months_to_tell, read_arm
from referral_playbook.methods.labels import Labels
from referral_playbook.methods.proportions import proportion
from referral_playbook.methods.uncertainty.fieller import ratio_limits

CONTROL_SHARE = 0.10
SEED = 1
EFFECT_WORTH_FINDING = math.log(1.5)
LEAST_PER_GROUP = 5

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class KeptControl:
    """Who is in the control, and since when.

    Parameters
    ----------
    share : float
        Of the customers, 0 to below 1; 0 keeps none.
    seed : int
        Another seed draws another control. Changing it after the start makes the comparison worthless.
    since : pandas.Period or None
        Month of the first ask list that left the control out; None where there was none yet.
    """

    share: float = CONTROL_SHARE
    seed: int = SEED
    since: pd.Period | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.share < 1:
            raise ValueError(f"control_share = {self.share}: give a share from 0 to below 1, like 0.10")

    @classmethod
    def of(cls, engagement: Engagement) -> KeptControl:
        """From the client's shared parameters control_share, control_seed and control_since (``YYYY-MM``)."""
        return cls.from_parameters(engagement.parameters_of(Step.PROGRAMME_REVIEW))

    @classmethod
    def from_parameters(cls, p: Parameters) -> KeptControl:
        """From the parameters of a step that reads or keeps the control."""
        return cls.stated(p.number("control_share"), p.count("control_seed"), p.optional_text("control_since"))

    @classmethod
    def stated(cls, share: float, seed: int, since: str | None) -> KeptControl:
        """From parameters as a notebook has them.

        Raises
        ------
        ValueError
            A month that is not written ``YYYY-MM``.
        """
        try:
            month = pd.Period(str(since)[:7], "M") if since else None
        except ValueError:
            raise ValueError(f"control_since = {since!r}: write the month as YYYY-MM, like 2026-09") from None
        return cls(share=share, seed=seed, since=month)

    def holds(self, customer_ids: Iterable[str]) -> NDArray[np.bool_]:
        """Which customers are in the control.

        Examples
        --------
        >>> KeptControl(share=0.5).holds(["B0003", "B0004", "B0005", "B0006"]).tolist()
        [False, False, True, True]
        """
        return np.array([_draw(self.seed, str(name)) < self.share for name in customer_ids], dtype=bool)


def _draw(seed: int, customer_id: str) -> float:
    """A number from 0 to 1 that belongs to this customer."""
    found = hashlib.blake2b(f"{seed}:{customer_id}".encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(found, "big") / 2**64


@dataclass(frozen=True, kw_only=True)
class ControlReading:
    """What the kept control says of the programme.

    Parameters
    ----------
    uplift : Estimate
        Referrals per customer-month of those who may be asked over those of the control; the fixed-sample range, to
        plan with.
    uplift_at_every_look : Estimate
        The same with a range that stays valid however often it is read, to conclude from.
    because_of_asking : Estimate
        Share of the referrals of those who may be asked that would not have come without the programme:
        ``1 - 1 / uplift``.
    extra_per_ask : Estimate
        Referrals that one ask adds: the difference of the rates over the asks made.
    incremental_share : Estimate
        Share of the extra conversions that would not have become customers through another channel.
    asked_anyway : Estimate
        Share of the control that was asked all the same; it makes the difference smaller than it is.
    p_value : float or None
        Always-valid, of no uplift.
    more_months : int or None
        Months from now until the control will tell, if the uplift is 1.5; None where ten years are not enough.
    rows : DataFrame
        month, customer_months, referrals, control_customer_months, control_referrals, cumulative.
    """

    control: KeptControl
    uplift: Estimate
    uplift_at_every_look: Estimate
    because_of_asking: Estimate
    extra_per_ask: Estimate
    incremental_share: Estimate
    asked_anyway: Estimate
    p_value: float | None
    more_months: int | None
    rows: pd.DataFrame

    @property
    def told(self) -> bool:
        """Whether the uplift is shown to differ from 1."""
        return self.p_value is not None and self.p_value < 0.05


def kept_control_uplift(engagement: Engagement, *, confidence: float = 0.95) -> Estimate:
    """The uplift as the kept control measured it, for the steps that plan with it; undefined where none was kept."""
    return read_control(engagement, KeptControl.of(engagement), confidence=confidence).uplift


def read_control(engagement: Engagement, control: KeptControl, *, confidence: float = 0.95) -> ControlReading:
    """Compare those who may be asked with the kept control, from the month in which it began.

    Every customer counts by the group that the draw put them in, asked or not: only then are both alike but for the
    programme. Pass the engagement without invalid referrals.

    Parameters
    ----------
    engagement : Engagement
        With customers who have dates, and referrals.
    control : KeptControl
    """
    why = _why_not(engagement, control)
    if why:
        return _nothing(control, why)
    groups = _Groups.of(engagement, control)
    dispersion = groups.dispersion()
    labels: Labels = {
        "unit": "times", "per": "referral without the programme",
        "source": f"kept control of {control.share:.0%} of the customers since {control.since}",
    }  # fmt: skip
    looks = groups.looks()
    reading = read_arm(
        looks, planned=groups.planned(dispersion), effect=EFFECT_WORTH_FINDING, confidence=confidence,
        dispersion=dispersion, **labels,
    )  # fmt: skip
    uplift = fixed_ratio(looks, confidence=confidence, dispersion=dispersion, **labels)
    return ControlReading(
        control=control, uplift=uplift, uplift_at_every_look=reading.rate_ratio, because_of_asking=_because(uplift),
        extra_per_ask=groups.extra_per_ask(confidence, dispersion),
        incremental_share=groups.incremental_share(confidence), asked_anyway=groups.asked_anyway(confidence),
        p_value=reading.p_value, more_months=groups.more_months(dispersion), rows=groups.rows,
    )  # fmt: skip


def _why_not(engagement: Engagement, control: KeptControl) -> str:
    if engagement.fact("customer_profile") is None or engagement.fact("referrals") is None:
        return "customers and referrals are not both there"
    if not engagement.real_dates:
        return "the customers' dates were made from a tenure"
    if control.share == 0:
        return "no control is kept: control_share is 0"
    if control.since is None:
        return "no control has been kept yet: record in client.toml the month of the first ask list that left it out"
    if control.since > pd.Timestamp(engagement.as_of).to_period("M"):
        return f"the control begins in {control.since}, after the as-of date"
    return ""


def _because(ratio: Estimate) -> Estimate:
    said: dict[str, Any] = {"unit": "share", "per": "referral of those who may be asked", "source": ratio.source}
    if ratio.value is None or ratio.low is None or ratio.high is None or not ratio.low > 0:
        return undefined(ratio.reason or "the uplift may be 0, so the share has no lower limit", n=ratio.n, **said)
    value, low, high = (1 - 1 / x for x in (ratio.value, ratio.low, ratio.high))
    return ratio.as_(value=value, low=low, high=high, **said)


def _nothing(control: KeptControl, why: str) -> ControlReading:
    def none(unit: str, per: str) -> Estimate:
        return undefined(why, unit=unit, per=per)

    return ControlReading(
        control=control,
        uplift=none("times", "referral without the programme"),
        uplift_at_every_look=none("times", "referral without the programme"),
        because_of_asking=none("share", "referral of those who may be asked"),
        extra_per_ask=none("referrals", "ask"),
        incremental_share=none("share", "extra conversion"),
        asked_anyway=none("share", "customer of the control"),
        p_value=None,
        more_months=None,
        rows=pd.DataFrame(columns=COLUMNS),
    )


COLUMNS = ["month", "customer_months", "referrals", "control_customer_months", "control_referrals"]


@dataclass(frozen=True, kw_only=True)
class _Groups:
    """Both groups since the control began: customers with what they did, and cumulative counts by month."""

    people: pd.DataFrame  # held (bool), months, referrals, asked (int or NaN), linked, linked_by_referral
    rows: pd.DataFrame

    @classmethod
    def of(cls, engagement: Engagement, control: KeptControl) -> _Groups:
        profile, referrals = engagement.fact("customer_profile"), engagement.fact("referrals")
        assert profile is not None  # `_why_not` looked
        assert referrals is not None
        assert control.since is not None
        begin, end = control.since.start_time, pd.Timestamp(engagement.as_of)
        start = profile["joined_on"].clip(lower=begin)
        until = profile["left_on"].fillna(end).clip(upper=end)
        there = profile[(until >= start)]
        people = pd.DataFrame(
            {
                "held": control.holds(there["customer_id"]),
                "start": start[there.index],
                "until": until[there.index],
                "months": (until - start)[there.index].dt.days / 30.4375,
            }
        )
        people.index = pd.Index(there["customer_id"])
        made = referrals[(referrals["referred_on"] >= begin) & referrals["referrer_id"].isin(people.index)]
        people["referrals"] = made["referrer_id"].value_counts().reindex(people.index).fillna(0)
        people["asked"] = _asks(engagement, begin).reindex(people.index)
        people = people.join(_linked(profile, begin).reindex(people.index))
        return cls(people=people, rows=_monthly(people, made, begin, end))

    def looks(self) -> Looks:
        r = self.rows
        return Looks.of(r["referrals"], r["customer_months"], r["control_referrals"], r["control_customer_months"])

    def dispersion(self) -> float:
        """Variance over mean of referrals per customer, at least 1: a few customers make most of them.

        Each group's own counts as much as it does in the variance of the log ratio, one over its referrals.
        """
        there = self.people[self.people["months"] > 0]
        parts = [made for _, made in there.groupby("held")["referrals"] if len(made) > 1 and made.sum() > 0]
        if not parts:
            return 1.0
        weights = [1 / float(made.sum()) for made in parts]
        spreads = [max(1.0, float(made.var() / made.mean())) for made in parts]
        return float(np.average(spreads, weights=weights))

    def _pace(self, dispersion: float) -> float:
        """Information on the log uplift that a month brings."""
        return float(self.looks().information(dispersion)[-1]) / len(self.rows)

    def planned(self, dispersion: float) -> float | None:
        """Information at which an uplift of 1.5 will show, in whole months of the present pace."""
        return planned_information(EFFECT_WORTH_FINDING) if self._pace(dispersion) > 0 else None

    def more_months(self, dispersion: float) -> int | None:
        needed = months_to_tell(self._pace(dispersion), effect=EFFECT_WORTH_FINDING)
        return None if needed is None else max(0, needed - len(self.rows))

    def _rates(self) -> tuple[float, float, float, float]:
        """Referrals per customer-month of both groups, and the customer-months."""
        held = self.people["held"]
        months = self.people["months"]
        own, kept = float(months[~held].sum()), float(months[held].sum())
        made = self.people["referrals"]
        return float(made[~held].sum()) / own, float(made[held].sum()) / kept, own, kept

    def _no_exposure(self) -> bool:
        last = self.rows.iloc[-1]
        return bool(last["customer_months"] <= 0 or last["control_customer_months"] <= 0)

    def extra_per_ask(self, confidence: float, dispersion: float) -> Estimate:
        said: dict[str, Any] = {"unit": "referrals", "per": "ask", "source": "kept control: extra referrals / asks"}
        held, asks = self.people["held"], self.people["asked"]
        made = float(asks[~held].sum())
        if asks.isna().all() or made == 0:
            return undefined("no ask was recorded since the control began", **said)
        if self._no_exposure():
            return undefined("one of the two groups has no customer-months yet", **said)
        with_, without, own, kept = self._rates()
        error = math.sqrt(dispersion * (with_ / own + without / kept))
        scale, z = own / made, float(ndtri((1 + confidence) / 2))
        value = (with_ - without) * scale
        return Estimate(
            value=value, low=value - z * error * scale, high=value + z * error * scale, confidence=confidence,
            n=int(made), basis=Basis.MEASURED, **said,
        )  # fmt: skip

    def asked_anyway(self, confidence: float) -> Estimate:
        said: dict[str, Any] = {"per": "customer of the control", "source": "touchpoints: kind ask"}
        held, asks = self.people["held"], self.people["asked"]
        if asks.isna().all() or not held.any():
            return undefined("asks are not recorded, or the control is empty", unit="share", **said)
        return proportion(int((asks[held] > 0).sum()), int(held.sum()), confidence=confidence, **said)

    def incremental_share(self, confidence: float) -> Estimate:
        """Extra new customers by any channel over extra ones by referral, with Fieller's interval."""
        said: dict[str, Any] = {"unit": "share", "per": "extra conversion", "source": "kept control: new customers"}
        p = self.people
        others = int(p["linked"].sum() - p["by_referral"].sum())
        if others < LEAST_PER_GROUP:
            reason = (
                "new customers who came through other channels are not linked to the customer who knew them "
                "(customers.referred_by), so those who would have come anyway cannot be counted"
            )
            return undefined(reason, **said)
        return _ratio_of_extras(p, confidence, said)


def _ratio_of_extras(people: pd.DataFrame, confidence: float, said: dict[str, Any]) -> Estimate:
    held = people["held"].to_numpy(bool)
    months = people["months"].to_numpy(float)
    covariance = np.zeros((2, 2))
    both = people[["linked", "by_referral"]].to_numpy(float)
    sizes = (float(months[~held].sum()), float(months[held].sum()))
    if min(sizes) <= 0:
        return undefined("one of the two groups has no customer-months yet", **said)
    rates = [both[group].sum(axis=0) / size for group, size in zip((~held, held), sizes, strict=True)]
    for group, size, rate in zip((~held, held), sizes, rates, strict=True):
        missed = both[group] - months[group, None] * rate
        covariance += missed.T @ missed / size**2
    extras = rates[0] - rates[1]
    found = ratio_limits(float(extras[0]), float(extras[1]), covariance, float(ndtri((1 + confidence) / 2)))
    n = int(both.sum(axis=0)[1])
    if found is None:
        reason = "the programme's extra conversions are not shown to be above 0, so a share of them has no range"
        return undefined(reason, n=n, **said)
    value, low, high = (min(1.0, max(0.0, x)) for x in found)
    return Estimate(value=value, low=low, high=high, confidence=confidence, n=n, basis=Basis.MEASURED, **said)


def _asks(engagement: Engagement, begin: pd.Timestamp) -> pd.Series:
    """Asks by customer since the control began: 0 where none, nothing at all where touchpoints are not recorded."""
    touches, profile = engagement.fact("touchpoints"), engagement.fact("customer_profile")
    assert profile is not None
    if touches is None:
        return pd.Series(dtype=float)
    recent = touches[(touches["kind"] == "ask") & (touches["on"] >= begin)]
    return recent["customer_id"].value_counts().reindex(profile["customer_id"]).fillna(0)


def _linked(profile: pd.DataFrame, begin: pd.Timestamp) -> pd.DataFrame:
    """New customers since the control began by the customer who knew them: all, and those who came by referral."""
    new = profile[(profile["joined_on"] >= begin) & (profile["referred_by"].fillna("") != "")]
    by_referral = new[new["source"].fillna("").str.strip().str.lower() == "referral"]
    counts = {"linked": new["referred_by"].value_counts(), "by_referral": by_referral["referred_by"].value_counts()}
    return pd.DataFrame(counts, index=pd.Index(profile["customer_id"])).fillna(0.0)


def _monthly(people: pd.DataFrame, made: pd.DataFrame, begin: pd.Timestamp, end: pd.Timestamp) -> pd.DataFrame:
    """Cumulative customer-months and referrals of both groups at the end of each month."""
    months = pd.period_range(begin.to_period("M"), end.to_period("M"), freq="M")
    ends = [min(m.end_time.normalize(), end) for m in months]
    held_by = people["held"].to_dict()
    held_made = made["referrer_id"].map(held_by).to_numpy(bool)
    day = made["referred_on"].to_numpy()
    rows = []
    for month, last in zip(months, ends, strict=True):
        so_far = (people["until"].clip(upper=last) - people["start"]).dt.days.clip(lower=0) / 30.4375
        done = day <= np.datetime64(last)
        rows.append(
            (str(month), float(so_far[~people["held"]].sum()), int((done & ~held_made).sum()),
             float(so_far[people["held"]].sum()), int((done & held_made).sum()))
        )  # fmt: skip
    return pd.DataFrame(rows, columns=COLUMNS)
