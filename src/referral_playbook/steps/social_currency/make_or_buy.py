"""Run it by hand or buy software: what it costs against the hours that it saves at today's volume."""

from dataclasses import dataclass
from typing import Any

from referral_playbook.contract.evidence import Basis, Estimate, undefined
from referral_playbook.contract.writing.formatting import interval
from referral_playbook.domain.assumptions import Default, assumed_value, decided_value
from referral_playbook.domain.programme.costs import HOURS, SET_UP_WORDS
from referral_playbook.domain.programme.money_defaults import stated_money
from referral_playbook.facts.engagement import Engagement
from referral_playbook.methods.uncertainty.bootstrap import bootstrap
from referral_playbook.methods.uncertainty.propagation import propagate

SAVED = Default(0.40, 0.20, 0.60)


@dataclass(frozen=True, kw_only=True)
class MakeOrBuy:
    """Hours that are spent, the share of hours by hand that software saves, the rate per hour, its price a month.

    Where software is `bought` already, the hours spent are what it left over: by hand there would be h / (1 - saved).
    """

    hours: Estimate
    saved: Estimate
    rate: Estimate
    software: Estimate
    referrals: Estimate
    bought: bool = False

    def _saving(self, h: float, s: float, r: float) -> float:
        if self.bought and s >= 1:
            raise ValueError("software that saves every hour leaves no hours from which to compute those by hand")
        return (h / (1 - s) if self.bought else h) * s * r

    @property
    def net(self) -> Estimate:
        """What software saves a month after its price: hours x share saved x rate - price."""
        return propagate(
            lambda h, s, r, p: self._saving(h, s, r) - p,
            unit=self.software.unit,
            per="month",
            source="hours by hand x share saved x rate - price",
            h=self.hours,
            s=self.saved,
            r=self.rate,
            p=self.software,
        )

    @property
    def volume(self) -> Estimate:
        """Referrals a month from which software pays, when hours grow with referrals."""
        return propagate(
            lambda n, h, s, r, p: n * p / _some(self._saving(h, s, r)),
            unit="referrals",
            per="month",
            open_above=True,
            source="price / (hours per referral x share saved x rate)",
            n=self.referrals,
            h=self.hours,
            s=self.saved,
            r=self.rate,
            p=self.software,
        )

    @property
    def words(self) -> str:
        """Buy, make, or too close to call."""
        net = self.net
        if not net.defined:
            return f"We cannot say whether software pays: {net.reason}."
        saves = "saves" if self.bought else "would save"
        sentence = f"Software {saves} {interval(net)} a month after its price"
        if net.low > 0:  # type: ignore[operator]
            return f"{sentence}: {'keep it' if self.bought else 'buy it'}."
        if net.high < 0:  # type: ignore[operator]
            return f"{sentence}: run it by hand."
        stay = "stay with it" if self.bought else "run it by hand until the volume decides"
        return f"{sentence}: too close to call; {stay}."


def make_or_buy(
    engagement: Engagement,
    *,
    referrals: Estimate,
    hours_per_month: float | None = None,
    hours_saved: float | None = None,
    hourly_rate: float | None = None,
    software_per_month: float | None = None,
    confidence: float = 0.95,
) -> MakeOrBuy:
    """The two ways side by side, at so many referrals a month today.

    Hours and the price of software come from the cost sheet where there is one; what is not stated either is assumed.
    """
    currency = engagement.currency
    paid = _paid(engagement) if software_per_month is None else None
    price = paid or stated_money("software_per_month", None, currency=currency, rates=engagement.rates, per="month")
    if software_per_month is not None:
        price = decided_value("software_per_month", software_per_month, unit=currency, per="month")
    return MakeOrBuy(
        hours=_hours(engagement, hours_per_month, confidence),
        saved=assumed_value("hours_saved", hours_saved, SAVED, unit="share", per="hour by hand"),
        rate=stated_money("hourly_rate", hourly_rate, currency=currency, rates=engagement.rates, per="hour"),
        software=price,
        referrals=referrals,
        bought=paid is not None and hours_per_month is None,
    )


def _some(x: float) -> float:
    if x <= 0:
        raise ValueError("it saves nothing")
    return x


def _hours(engagement: Engagement, stated: float | None, confidence: float) -> Estimate:
    sheet = engagement.fact("costs")
    if stated is not None or sheet is None:
        return assumed_value("hours_per_month", stated, HOURS, unit="hours", per="month")
    running = sheet[~sheet["item"].str.strip().str.lower().isin(SET_UP_WORDS)]
    monthly = running.groupby("month")["hours"].sum().to_numpy(float)
    labels: dict[str, Any] = {
        "unit": "hours",
        "per": "month",
        "source": f"costs: hours of {len(monthly)} months, set-up left out",
    }
    if not len(monthly):
        return undefined("the cost sheet has no running hours", **labels)
    mean = bootstrap(monthly, confidence=confidence, **labels)
    value = float(monthly.mean())
    alike = {
        "value": value,
        "low": value,
        "high": value,
        "confidence": None,
        "n": len(monthly),
        "basis": Basis.MEASURED,
    }
    return mean if mean.defined else Estimate(**alike, **labels)  # type: ignore[arg-type]


def _paid(engagement: Engagement) -> Estimate | None:
    """What is paid for software a month already; None where nothing is."""
    sheet = engagement.fact("costs")
    if sheet is None:
        return None
    paid = sheet[sheet["item"].str.strip().str.lower() == "software"].groupby("month")["amount"].sum()
    if paid.empty:
        return None
    price = decided_value("software", float(paid.iloc[-1]), unit=engagement.currency, per="month")
    return price.as_(basis=Basis.MEASURED, source=f"costs: item software, {paid.index[-1]}", n=1)
