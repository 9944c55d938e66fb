"""The two groups of a kept control since it began: those who may be asked, and the control that is not."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypedDict

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri, stdtrit

from referral_playbook.contract.evidence import Basis, Estimate, undefined
from referral_playbook.domain.programme.kept_control import KeptControl
from referral_playbook.facts.engagement import Engagement
from referral_playbook.methods.experiments.sequential import planned_information
from referral_playbook.methods.experiments.sequential_arms import Looks, months_to_tell
from referral_playbook.methods.labels import ranged
from referral_playbook.methods.proportions import proportion
from referral_playbook.methods.uncertainty.fieller import ratio_limits

UPLIFT_WORTH_FINDING = 1.5
EFFECT_WORTH_FINDING = math.log(UPLIFT_WORTH_FINDING)
LEAST_PER_GROUP = 5
DAYS_A_MONTH = 30.4375
COLUMNS = ["month", "customer_months", "referrals", "control_customer_months", "control_referrals"]

Floats = NDArray[np.float64]


class Labels(TypedDict):
    """The words of one estimate."""

    unit: str
    per: str
    source: str


@dataclass(frozen=True, kw_only=True)
class Groups:
    """Customers of both groups with what they did, and cumulative counts by month."""

    # by customer_id: control (bool), start and until (days that count), months, referrals, asked (asks, NaN where not
    # recorded), after_ask (referrals since the first ask), linked and by_referral (new customers whom they knew)
    people: pd.DataFrame
    rows: pd.DataFrame  # COLUMNS

    @classmethod
    def of(cls, engagement: Engagement, control: KeptControl) -> Groups:
        """From a client that has customers, referrals and a month in which its control began."""
        profile, referrals = engagement.fact("customer_profile"), engagement.fact("referrals")
        assert profile is not None  # the caller looked
        assert referrals is not None
        assert control.since is not None
        begin, end = control.since.start_time, pd.Timestamp(engagement.as_of)
        people = _customers(profile, control, begin, end)
        made = referrals[(referrals["referred_on"] >= begin) & referrals["referrer_id"].isin(people.index)]
        people["referrals"] = _count_by(made, people.index)
        asks = _asks(engagement, begin)
        people["asked"] = asks["asks"].reindex(people.index)
        later = made[made["referred_on"] >= made["referrer_id"].map(asks["first"])]
        people["after_ask"] = _count_by(later, people.index)
        people = people.join(_linked(profile, begin).reindex(people.index))
        return cls(people=people, rows=_monthly(people, made, begin, end))

    def looks(self) -> Looks:
        """Cumulative referrals and customer-months of both groups, a look at the end of each month."""
        r = self.rows
        return Looks.of(r["referrals"], r["customer_months"], r["control_referrals"], r["control_customer_months"])

    def dispersion(self) -> float:
        """Variance over mean of referrals per customer, at least 1: a few customers make most of them.

        Each group's own counts as much as it does in the variance of the log ratio, one over its referrals.
        """
        present = self.people[self.people["months"] > 0]
        parts = [made for _, made in present.groupby("control")["referrals"] if len(made) > 1 and made.sum() > 0]
        if not parts:
            return 1.0
        weights = [1 / float(made.sum()) for made in parts]
        spreads = [max(1.0, float(made.var() / made.mean())) for made in parts]
        return float(np.average(spreads, weights=weights))

    def _pace(self, dispersion: float) -> float:
        """Information on the log uplift that a month adds."""
        return float(self.looks().information(dispersion)[-1]) / len(self.rows)

    def planned(self, dispersion: float) -> float | None:
        """Information at which an uplift of 1.5 will show; None where none is gathered."""
        return planned_information(EFFECT_WORTH_FINDING) if self._pace(dispersion) > 0 else None

    def more_months(self, dispersion: float) -> int | None:
        """Months from now until an uplift of 1.5 would show; None where ten years are not enough."""
        needed = months_to_tell(self._pace(dispersion), effect=EFFECT_WORTH_FINDING)
        return None if needed is None else max(0, needed - len(self.rows))

    def _exposures(self) -> tuple[float, float]:
        """Customer-months of those who may be asked, and of the control."""
        control, months = self.people["control"], self.people["months"]
        return float(months[~control].sum()), float(months[control].sum())

    @property
    def reach(self) -> float:
        """Share of the customer-months that the programme may reach: all but those of the control."""
        exposed, unasked = self._exposures()
        return exposed / (exposed + unasked) if exposed + unasked > 0 else 1.0

    def _no_exposure(self) -> bool:
        last = self.rows.iloc[-1]
        return bool(last["customer_months"] <= 0 or last["control_customer_months"] <= 0)

    def _why_no_asks(self) -> str:
        asks = self.people["asked"]
        if asks.isna().all() or float(asks[~self.people["control"]].sum()) == 0:
            return "no ask was recorded since the control began"
        return "one of the two groups has no customer-months yet" if self._no_exposure() else ""

    def extra_per_ask(self, confidence: float, dispersion: float) -> Estimate:
        """Referrals that one ask adds: the difference of the rates over the asks made."""
        labels = Labels(unit="referrals", per="ask", source="kept control: extra referrals / asks")
        reason = self._why_no_asks()
        if reason:
            return undefined(reason, **labels)
        control, made = self.people["control"], self.people["referrals"]
        exposed, unasked = self._exposures()
        with_, without = float(made[~control].sum()) / exposed, float(made[control].sum()) / unasked
        asks = float(self.people.loc[~control, "asked"].sum())
        error = math.sqrt(dispersion * (with_ / exposed + without / unasked))
        scale, z = exposed / asks, _normal(confidence)
        value = (with_ - without) * scale
        half = z * error * scale
        return ranged(value, value - half, value + half, n=int(asks), confidence=confidence, **labels)

    def uplift_of_asking(self, confidence: float) -> Estimate:
        """Referrals of asked customers after their first ask, over those that they would have made without it.

        The programme's extra referrals are those of the asked alone, so what these would have made without is their
        own number less the extra ones of the whole group (the effect on the asked; Angrist, Imbens & Rubin 1996,
        JASA 91:444-455). Its limits are Fieller's.
        """
        source = "kept control: referrals after an ask over the same without the extra ones"
        labels = Labels(unit="times", per="referral of an asked customer without the ask", source=source)
        reason = self._why_no_asks()
        if reason:
            return undefined(reason, **labels)
        exposed, unasked = self._exposures()
        control = self.people["control"].to_numpy(bool)
        after, made = (self.people[column].to_numpy(float) for column in ("after_ask", "referrals"))
        without = np.where(control, made * exposed / unasked, after - made)
        parts = np.column_stack([np.where(control, 0.0, after), without])
        totals, covariance = self._totals(parts)
        limits = ratio_limits(totals[0], totals[1], covariance, _normal(confidence))
        n = int(after[~control].sum())
        if limits is None:
            reason = "too few referrals show what the asked customers would have made without the ask"
            return undefined(reason, n=n, **labels)
        value, low, high = (max(0.0, x) for x in limits)
        return Estimate(value=value, low=low, high=high, confidence=confidence, n=n, basis=Basis.MEASURED, **labels)

    def _totals(self, parts: Floats) -> tuple[list[float], Floats]:
        """Sums over customers of two columns, with their covariance: each group about its own rate."""
        months = self.people["months"].to_numpy(float)
        control = self.people["control"].to_numpy(bool)
        covariance = np.zeros((2, 2))
        for group in (control, ~control):
            rate = parts[group].sum(axis=0) / months[group].sum()
            missed = parts[group] - months[group, None] * rate
            covariance += missed.T @ missed
        return [float(x) for x in parts.sum(axis=0)], covariance

    def _student(self, events: Floats, confidence: float) -> float:
        """Student's quantile: the control's variance is known no better than from its few customers with an event."""
        control = self.people["control"].to_numpy(bool)
        with_events = int((events[control].sum(axis=1) > 0).sum())
        return float(stdtrit(max(2, with_events - 1), (1 + confidence) / 2))

    def asked_anyway(self, confidence: float) -> Estimate:
        """Share of the control that was asked all the same."""
        per, source = "customer of the control", "touchpoints: kind ask"
        control, asks = self.people["control"], self.people["asked"]
        if asks.isna().all() or not control.any():
            reason = "asks are not recorded, or the control is empty"
            return undefined(reason, unit="share", per=per, source=source)
        asked = int((asks[control] > 0).sum())
        return proportion(asked, int(control.sum()), confidence=confidence, per=per, source=source)

    def incremental_share(self, confidence: float) -> Estimate:
        """Extra new customers by any channel over extra ones by referral, with Fieller's interval."""
        labels = Labels(unit="share", per="extra conversion", source="kept control: new customers")
        others = int(self.people["linked"].sum() - self.people["by_referral"].sum())
        if others < LEAST_PER_GROUP:
            reason = (
                "new customers who came through other channels are not linked to the customer who knew them "
                "(customers.referred_by), so those who would have come anyway cannot be counted"
            )
            return undefined(reason, **labels)
        if min(self._exposures()) <= 0:
            return undefined("one of the two groups has no customer-months yet", **labels)
        return self._ratio_of_extras(confidence, labels)

    def _ratio_of_extras(self, confidence: float, labels: Labels) -> Estimate:
        exposed, unasked = self._exposures()
        both = self.people[["linked", "by_referral"]].to_numpy(float)
        sign = np.where(self.people["control"].to_numpy(bool), -exposed / unasked, 1.0)
        extras, covariance = self._totals(both * sign[:, None])
        limits = ratio_limits(extras[0], extras[1], covariance, self._student(both, confidence))
        n = int(both.sum(axis=0)[1])
        if limits is None:
            reason = "the programme's extra conversions are not shown to be above 0, so a share of them has no range"
            return undefined(reason, n=n, **labels)
        value, low, high = (min(1.0, max(0.0, x)) for x in limits)
        return Estimate(value=value, low=low, high=high, confidence=confidence, n=n, basis=Basis.MEASURED, **labels)


def _normal(confidence: float) -> float:
    return float(ndtri((1 + confidence) / 2))


def _customers(profile: pd.DataFrame, control: KeptControl, begin: pd.Timestamp, end: pd.Timestamp) -> pd.DataFrame:
    """Customers who were there since the control began: control, start, until, months."""
    start = profile["joined_on"].clip(lower=begin)
    until = profile["left_on"].fillna(end).clip(upper=end)
    present = profile[until >= start]
    people = pd.DataFrame(
        {
            "control": control.includes(present["customer_id"]),
            "start": start[present.index],
            "until": until[present.index],
            "months": (until - start)[present.index].dt.days / DAYS_A_MONTH,
        }
    )
    people.index = pd.Index(present["customer_id"])
    return people


def _count_by(made: pd.DataFrame, customers: Sequence[str] | pd.Index) -> pd.Series:
    return made["referrer_id"].value_counts().reindex(customers).fillna(0)


def _asks(engagement: Engagement, begin: pd.Timestamp) -> pd.DataFrame:
    """Asks by customer since the control began, and the day of the first; empty where touchpoints are not recorded."""
    touches, profile = engagement.fact("touchpoints"), engagement.fact("customer_profile")
    assert profile is not None
    if touches is None:
        return pd.DataFrame({"asks": pd.Series(dtype=float), "first": pd.Series(dtype="datetime64[ns]")})
    recent = touches[(touches["kind"] == "ask") & (touches["on"] >= begin)]
    asks = recent.groupby("customer_id")["on"].agg(asks="size", first="min").reindex(profile["customer_id"])
    return asks.assign(asks=asks["asks"].fillna(0))


def _linked(profile: pd.DataFrame, begin: pd.Timestamp) -> pd.DataFrame:
    """New customers since the control began by the customer who knew them: all, and those who came by referral."""
    new = profile[(profile["joined_on"] >= begin) & (profile["referred_by"].fillna("") != "")]
    by_referral = new[new["source"].fillna("").str.strip().str.lower() == "referral"]
    counts = {"linked": new["referred_by"].value_counts(), "by_referral": by_referral["referred_by"].value_counts()}
    return pd.DataFrame(counts, index=pd.Index(profile["customer_id"])).fillna(0.0)


def _monthly(people: pd.DataFrame, made: pd.DataFrame, begin: pd.Timestamp, end: pd.Timestamp) -> pd.DataFrame:
    """Cumulative customer-months and referrals of both groups at the end of each month."""
    months = pd.period_range(begin.to_period("M"), end.to_period("M"), freq="M")
    control = people["control"].to_numpy(bool)
    by_control = made["referrer_id"].map(people["control"].to_dict()).to_numpy(bool)
    start, until, day = (x.to_numpy("M8[D]") for x in (people["start"], people["until"], made["referred_on"]))
    rows = []
    for month in months:
        last = np.datetime64(min(month.end_time, end), "D")
        so_far = np.maximum((np.minimum(until, last) - start).astype(int), 0) / DAYS_A_MONTH
        done = day <= last
        counts = int((done & ~by_control).sum()), int((done & by_control).sum())
        rows.append((str(month), float(so_far[~control].sum()), counts[0], float(so_far[control].sum()), counts[1]))
    return pd.DataFrame(rows, columns=COLUMNS)
