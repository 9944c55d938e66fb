"""The programme's goal in referrals, new customers and margin, and what moves when the plan does."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from referral_playbook.contract.evidence import Estimate
from referral_playbook.contract.names import Step
from referral_playbook.contract.settings.parameters import Parameters
from referral_playbook.domain.lists.goal_band import Outlook, average, certain_uplift
from referral_playbook.domain.programme import baseline as referral_baseline
from referral_playbook.domain.programme import referral_inputs
from referral_playbook.domain.programme.new_referrals import new_referrals, starts_from_nothing, without_uplift
from referral_playbook.domain.programme.status import ProgrammeStatus
from referral_playbook.domain.programme.uplift import uplift
from referral_playbook.domain.programme.without_programme import baseline_referrals, is_over_uplift
from referral_playbook.domain.sources import funnel
from referral_playbook.domain.upstream import upstream_estimate
from referral_playbook.domain.value import customer_value
from referral_playbook.facts.engagement import Engagement
from referral_playbook.methods.uncertainty.propagation import propagate


def outlook(engagement: Engagement, rate: Estimate, factor: Estimate, today: Estimate | None = None) -> Outlook:
    """What the next months may bring at the baseline times the uplift; months vary as they did so far.

    Where the baseline is `today` over the uplift, the programme goes on as today.
    """
    recorded = referral_baseline.record(engagement)
    same = recorded is not None and referral_baseline.measured(rate) and len(recorded.months) > 1
    fitted = referral_baseline.monthly(recorded).dispersion.value if same and recorded is not None else None
    counted = today if is_over_uplift(rate) else None
    return Outlook(rate=rate, factor=factor, counted=counted, dispersion=fitted or 0.0)


@dataclass(frozen=True, kw_only=True)
class Plan:
    """From referrals to margin: the outlook, and what a referral becomes (steps 02 and 04)."""

    outlook: Outlook  # baseline x uplift; where no referral comes without the programme, the new referrals
    # the uplift is undefined where it has nothing to multiply, and `new` is 0 where it has
    baseline: Estimate
    uplift: Estimate
    new: Estimate
    qualified: Estimate
    conversion: Estimate
    share: Estimate
    worth: Estimate

    @property
    def customers(self) -> Estimate:
        """New customers a month who came by referral."""
        return propagate(
            lambda r, q, c: r * q * c,
            unit="customers",
            per="month",
            source="referrals x qualified x conversion",
            r=average(self.outlook),
            q=self.qualified,
            c=self.conversion,
        )

    @property
    def margin(self) -> Estimate:
        """Margin over the horizon of a month's new customers who would not have come otherwise; before rewards."""
        margin = propagate(
            lambda n, s, v: n * s * v,
            unit=self.worth.unit,
            per="month",
            source="new customers x incremental share x customer value",
            n=self.customers,
            s=self.share,
            v=self.worth,
        )
        # Square-and-add may step below nothing where a range is very wide; a product of shares and margins does not.
        return margin if margin.low is None else margin.as_(low=max(margin.low, min(0.0, self.worth.low or 0.0)))

    def sensitivity(self, *, factors: tuple[float, ...] = (1.0, 1.25, 1.5, 2.0, 3.0)) -> list[dict[str, Any]]:
        """The goal at other uplifts: rows uplift, referrals_a_month with its band."""
        goals = [replace(self.outlook, factor=certain_uplift(f), counted=None).band() for f in factors]
        return [{"uplift": f, "referrals_a_month": e} for f, e in zip(factors, goals, strict=True)]


def planned(engagement: Engagement, status: ProgrammeStatus, today: Estimate, p: Parameters) -> Plan:
    """The plan at one set of parameters, on valid referrals; the step and its what-if both take it from here."""
    level = p.number("confidence")
    factor = uplift(
        engagement, stated=p.optional_number("uplift"), setting=p.optional_text("uplift_setting"), confidence=level
    )
    without = baseline_referrals(
        engagement,
        status=status,
        uplift=factor,
        now=today,
        stated=p.optional_number("baseline_referrals"),
        confidence=level,
    )
    new = new_referrals(engagement, baseline=without, status=status, stated=p.optional_number("new_referrals"))
    fresh = starts_from_nothing(without, status)
    ahead = outlook(engagement, new, certain_uplift(1.0)) if fresh else outlook(engagement, without, factor, today)
    known = {"baseline": without, "uplift": without_uplift(factor) if fresh else factor, "new": new}
    qualified = referral_baseline.qualified_share(
        engagement, stated=p.optional_number("qualified_share"), confidence=level
    )
    return plan(engagement, ahead, qualified, known, stated=p.optional_number("conversion_rate"))


def plan(
    engagement: Engagement,
    ahead: Outlook,
    qualified: Estimate,
    known: Mapping[str, Estimate],
    *,
    stated: float | None = None,
) -> Plan:
    """The plan with what step 02 handed over or what is computed; a conversion rate that is stated goes before both."""

    def worth() -> Estimate:
        return customer_value.customer_value(engagement, margin_share=customer_value.gross_margin(engagement))

    def conversion() -> Estimate:
        if stated is not None:
            return funnel.conversion_rate(engagement, stated=stated)
        return upstream_estimate(engagement, step, "conversion_rate", lambda: funnel.conversion_rate(engagement))

    step = Step.VALUE_EXCHANGE
    return Plan(
        outlook=ahead,
        **known,
        qualified=qualified,
        conversion=conversion(),
        share=upstream_estimate(
            engagement, step, "incremental_share", lambda: referral_inputs.incremental_share(engagement)
        ),
        worth=upstream_estimate(engagement, step, "customer_value", worth),
    )
