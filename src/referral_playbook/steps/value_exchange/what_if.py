"""What if: the verdict and what the offer brings at other settings, as the step would find it were they stated."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from referral_playbook.contract.evidence import Estimate, Verdict
from referral_playbook.domain.programme import referral_inputs
from referral_playbook.domain.programme.offers import Offer, moved_parameters, paying, unit_value
from referral_playbook.domain.sources import funnel
from referral_playbook.domain.value import customer_value
from referral_playbook.domain.what_if import LiveSettings, Slider, sliders_that_moved
from referral_playbook.facts.engagement import Engagement
from referral_playbook.steps.value_exchange.ceilings import ceiling_for
from referral_playbook.steps.value_exchange.verdict import verdict

SHARES = ("incremental_share", "conversion_rate")


def live_settings(engagement: Engagement, known: Mapping[str, Estimate], offer: Offer) -> LiveSettings:
    """The verdict, the value of a qualified referral and the ceiling of the reward, as a reader moves their inputs.

    The offer's trigger, and how the reward is split between the sides, stay. `brings` is per qualified referral,
    `ceiling` each time rewards are paid; drawn at its gate, 0.
    """
    sliders = _sliders(known, offer)
    stated: dict[str, Callable[[float], Estimate]] = {
        "customer_value": lambda x: customer_value.stated_value(x, engagement.currency),
        "incremental_share": lambda x: referral_inputs.incremental_share(engagement, x),
        "conversion_rate": lambda x: funnel.conversion_rate(engagement, stated=x),
    }

    def at(**settings: float) -> tuple[dict[str, Estimate], Offer]:
        changed = sliders_that_moved(sliders, settings)
        paid = paying(offer, changed.pop("reward_both_sides", offer.both_sides))
        return {**known, **{name: stated[name](x) for name, x in changed.items()}}, paid

    def answer(**settings: float) -> dict[str, Any]:
        inputs, paid = at(**settings)
        return {"brings": unit_value(inputs, paid), "ceiling": ceiling_for(inputs, paid)}

    def drawn(**settings: float) -> dict[str, Any]:
        return {"estimate": answer(**settings)["brings"], "threshold": 0.0, "name": "Brought at these settings"}

    def judged(**settings: float) -> Verdict:
        inputs, paid = at(**settings)
        return verdict(inputs, unit_value(inputs, paid), paid)

    money = known["customer_value"].unit
    units = dict.fromkeys(SHARES, "share") | {"customer_value": money, "reward_both_sides": money}
    decides = partial(moved_parameters, offer)
    return LiveSettings(answer, drawn, sliders, units, verdict=judged, decides=decides)


def _sliders(known: Mapping[str, Estimate], offer: Offer) -> dict[str, Slider]:
    if not unit_value(known, offer).defined:
        return {}
    value, reward = known["customer_value"].value or 0.0, offer.both_sides
    step = max(1.0, float(f"{abs(value) / 100:.1g}"))
    return {
        "customer_value": (min(0.0, value), float(max(round(2 * value), 1)), step, value),
        "incremental_share": (0.0, 1.0, 0.05, known["incremental_share"].value or 0.0),
        "conversion_rate": (0.0, 1.0, 0.01, known["conversion_rate"].value or 0.0),
        "reward_both_sides": (0.0, max(2 * reward, round(value), 1.0), step, reward),
    }
