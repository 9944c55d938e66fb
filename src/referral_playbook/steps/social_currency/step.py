"""Step 03: is sharing easy, and does it do the advocate credit?

`find` computes everything once; `build_result` turns the finding into what later steps and the report read.
"""

from referral_playbook.contract.evidence import Estimate, StepResult
from referral_playbook.contract.names import Step
from referral_playbook.contract.settings.parameters import Parameters
from referral_playbook.domain.lists.cut import cut
from referral_playbook.domain.programme.baseline import baseline
from referral_playbook.domain.programme.valid_referrals import valid
from referral_playbook.domain.sources import funnel
from referral_playbook.facts.engagement import Engagement
from referral_playbook.steps.social_currency.advocates import groups, made, recruits, top_decile_share
from referral_playbook.steps.social_currency.ease import audit, channels, ease, easy
from referral_playbook.steps.social_currency.finding import SocialCurrencyFinding
from referral_playbook.steps.social_currency.make_or_buy import MakeOrBuy, make_or_buy
from referral_playbook.steps.social_currency.reciprocity import asked_more_than_given, in_balance, ledger, ways
from referral_playbook.steps.social_currency.sharing import share_funnel
from referral_playbook.steps.social_currency.verdict import actions, checks, headline, verdict, where_it_ends
from referral_playbook.steps.social_currency.word_of_mouth import WordOfMouth, cycle_days, so_far, word_of_mouth

STEP = Step.SOCIAL_CURRENCY


def find(engagement: Engagement, parameters: Parameters | None = None) -> SocialCurrencyFinding:
    """Compute step 03 once, from valid referrals and the parameters."""
    p = parameters or engagement.parameters_of(STEP)
    confidence = p.number("confidence")
    engagement = valid(engagement)
    return SocialCurrencyFinding(
        client=engagement.client,
        currency=engagement.currency,
        as_of=engagement.as_of,
        friction=audit(engagement),
        channels=channels(engagement),
        made=made(engagement),
        groups=groups(engagement, confidence=confidence),
        recruits=recruits(engagement.for_lists),
        ledger=ledger(engagement),
        ways=ways(engagement),
        ease=ease(engagement),
        others=_others(engagement, confidence),
        is_easy=easy(engagement, seconds=p.number("easy_seconds")),
        in_balance=in_balance(engagement),
        so_far=so_far(engagement),
        funnel=share_funnel(engagement, enrolled=p.optional_count("enrolled"), confidence=confidence),
        word_of_mouth=_word_of_mouth(engagement, p),
        conversion_per_qualified=funnel.conversion_rate(
            engagement, stated=p.optional_number("conversion_rate"), confidence=confidence
        ),
        choice=_choice(engagement, p),
        seeds=p.count("seeds"),
        least_sharing=p.number("least_sharing"),
        k_goal=p.optional_number("k_goal"),
    )


def _word_of_mouth(engagement: Engagement, p: Parameters) -> WordOfMouth:
    return word_of_mouth(
        engagement,
        invites=p.optional_number("invites_per_customer"),
        conversion=p.optional_number("conversion_per_invite"),
        confidence=p.number("confidence"),
    )


def _others(engagement: Engagement, confidence: float) -> dict[str, Estimate]:
    return {
        "top_decile_share": top_decile_share(engagement, confidence=confidence),
        "cycle_days": cycle_days(engagement, confidence=confidence),
        "asked_more_than_given": asked_more_than_given(engagement, confidence=confidence),
    }


def _choice(engagement: Engagement, p: Parameters) -> MakeOrBuy:
    """Software against hours, at today's referrals a month."""
    confidence = p.number("confidence")
    return make_or_buy(
        engagement,
        referrals=baseline(engagement, stated=p.optional_number("referrals_per_month"), confidence=confidence),
        hours_saved=p.optional_number("hours_saved"),
        hourly_rate=p.optional_number("hourly_rate"),
        software_per_month=p.optional_number("software_per_month"),
        confidence=confidence,
    )


def build_result(f: SocialCurrencyFinding) -> StepResult:
    """What step 03 hands over: the finding in the form of the contract."""
    ruling = verdict(f.is_easy, f.funnel, f.word_of_mouth, least=f.least_sharing)
    return StepResult(
        step=STEP,
        client=f.client,
        as_of=f.as_of,
        verdict=ruling,
        headline=headline(f),
        estimates=f.estimates,
        checks=checks(f),
        actions=actions(f, ruling),
        tables={
            "friction": f.friction,
            "funnel": f.funnel.rows(),
            "channels": f.channels,
            "advocates": f.groups,
            "recruits": cut(f.recruits),
            "reciprocity": f.ways,
            "do_not_ask": cut(f.do_not_ask),
            "where_it_ends": where_it_ends(f.word_of_mouth, seeds=f.seeds),
        },
    )
