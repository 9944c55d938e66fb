"""What each number of the playbook stands on: a table, not code, to be read, tested and shown to the client.

A number is measured where one of its alternatives is there, all parts of it; else assumed or taken from a benchmark
where that is said; else not known. Numbers that rest on a decision or on what nobody can measure beforehand (the
incremental share, the uplift of a programme, an hour's price) are assumed by nature: no export changes that.
"""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["measured", "benchmark", "assumed", "not known"]


@dataclass(frozen=True, kw_only=True)
class Has:
    """A fact of the client, with a column that is filled somewhere, or filled with this word."""

    fact: str
    column: str | None = None
    word: str | None = None
    bring: str = ""


Alternatives = tuple[tuple[Has, ...], ...]
ALWAYS: Alternatives = ((),)


@dataclass(frozen=True, kw_only=True)
class Needs:
    """What one number of a step needs."""

    step: str
    name: str
    # each a tuple of what must be there together; the first kind with one that is there counts. An empty alternative is
    # always there.
    measured: Alternatives = ()
    benchmark: Alternatives = ()
    assumed: Alternatives = ()

    @property
    def by_nature(self) -> bool:
        """Whether no table can make it measured."""
        return not self.measured


def _question(word: str) -> Has:
    return Has(fact="survey_counts", column="question", word=word, bring=f"surveys: question {word}")


CUSTOMERS = Has(fact="customer_profile", bring="customers: customer_id, joined_on, left_on")
LEFT = Has(fact="customer_profile", column="left_on", bring="customers: left_on")
MONTHLY = Has(fact="customer_profile", column="monthly_amount", bring="customers: monthly_amount")
MARGIN = Has(fact="customer_profile", column="margin_paid", bring="payments: margin")
TOTAL = Has(fact="customer_profile", column="total_amount", bring="customers: total_amount")
BOUGHT = Has(fact="purchase_summary", bring="payments: customer_id, paid_on, amount")
DEALS = Has(fact="won_deals", column="value", bring="leads: won_on, value")
COUNTED = Has(fact="customer_profile", column="referrals_made", bring="referrals, or customers: referrals_made")
DATED = Has(fact="referrals", bring="referrals: referrer_id, referred_on")
FIRST = Has(fact="first_referral", bring="referrals: referrer_id, referred_on, and customers: joined_on")
MONTHS = Has(fact="advocate_months", bring="referrals: referrer_id, referred_on")
QUALIFIED = Has(fact="referrals", column="qualified_on", bring="referrals: qualified_on")
CONVERTED = Has(fact="referrals", column="converted_on", bring="referrals: converted_on")
LEADS = Has(fact="lead_sources", bring="leads: created_on, source, won_on")
LEAD_SOURCES = Has(fact="lead_sources", column="source", word="referral", bring="leads: source")
TOUCHED = Has(fact="touchpoints", bring="touchpoints: customer_id, on, kind, resolved_on")
REFERRED = Has(fact="acquisition", column="referred", bring="customers: source, referred_by")
JOINED = Has(fact="acquisition", column="month", bring="customers: joined_on")
RECURRING = Has(fact="payment_flow", column="kind", word="renewal", bring="payments: every payment of a year and more")
REWARDED = Has(fact="referrals", column="reward", bring="referrals: reward, rewarded_on")
ARMS = Has(fact="arms", bring="arms: arm, users, conversions")
COSTS = Has(fact="costs", bring="costs: month, item, hours, amount")

VALUE: Alternatives = ((MONTHLY, MARGIN), (BOUGHT, MARGIN))
VALUE_GUESSED: Alternatives = ((MONTHLY,), (BOUGHT,), (DEALS,), (TOTAL,))
RATE: Alternatives = ((DATED,), (LEAD_SOURCES,), (COUNTED,))
RATE_GUESSED: Alternatives = ((REFERRED, JOINED),)
VALUE_AND_RATE: Alternatives = tuple((*value, *rate) for value in VALUE_GUESSED for rate in RATE + RATE_GUESSED)

NEEDS: tuple[Needs, ...] = (
    Needs(step="pmf_check", name="very_disappointed_share", measured=((_question("pmf"),),)),
    Needs(step="pmf_check", name="nps", measured=((_question("nps"),),)),
    Needs(step="pmf_check", name="csat", measured=((_question("csat"),),)),
    Needs(step="pmf_check", name="retention_rate", measured=((LEFT,),)),
    Needs(step="pmf_check", name="organic_referral_share", measured=((REFERRED,),)),
    Needs(step="value_exchange", name="customer_value", measured=VALUE, assumed=VALUE_GUESSED),
    Needs(step="value_exchange", name="conversion_rate", measured=((QUALIFIED,), (LEAD_SOURCES,)), assumed=ALWAYS),
    Needs(step="value_exchange", name="value_of_the_ask", assumed=VALUE_GUESSED),
    Needs(step="value_exchange", name="reward_ceiling", assumed=VALUE_GUESSED),
    Needs(step="value_exchange", name="unit_value_per_qualified_referral", assumed=VALUE_GUESSED),
    Needs(step="social_currency", name="invites_per_customer", measured=((COUNTED,),)),
    Needs(step="social_currency", name="conversion_per_invite", measured=((CONVERTED,),), assumed=ALWAYS),
    Needs(step="social_currency", name="k_factor", measured=((COUNTED, CONVERTED),), assumed=((COUNTED,),)),
    Needs(step="social_currency", name="cascade_size", measured=((COUNTED, CONVERTED),), assumed=((COUNTED,),)),
    Needs(step="social_currency", name="top_decile_share", measured=((COUNTED,),), benchmark=ALWAYS),
    Needs(step="goal_setting", name="referrals_per_month", measured=RATE, assumed=RATE_GUESSED),
    Needs(step="goal_setting", name="advocate_goal", measured=((MONTHS, CUSTOMERS),)),
    Needs(step="goal_setting", name="advocate_goal_probability", measured=((MONTHS, CUSTOMERS),)),
    Needs(step="goal_setting", name="programme_goal", benchmark=RATE, assumed=RATE_GUESSED),
    Needs(step="break_even", name="fixed_cost", assumed=ALWAYS),
    Needs(step="break_even", name="unit_contribution", assumed=VALUE_GUESSED),
    Needs(step="break_even", name="break_even_conversions", assumed=VALUE_GUESSED),
    Needs(step="break_even", name="break_even_referrals", assumed=VALUE_GUESSED),
    Needs(
        step="break_even",
        name="referrals_per_advocate",
        assumed=tuple((*value, COUNTED) for value in VALUE_GUESSED),
    ),
    Needs(step="break_even", name="probability_by_date", assumed=VALUE_AND_RATE),
    Needs(step="break_even", name="months_to_break_even", assumed=VALUE_AND_RATE),
    Needs(step="break_even", name="worst_decile_result", assumed=VALUE_AND_RATE),
    Needs(step="break_even", name="evpi", assumed=VALUE_AND_RATE),
    Needs(step="ask_and_follow_up", name="median_time_to_first_referral", measured=((FIRST,),)),
    Needs(step="ask_and_follow_up", name="ask_list_size", measured=((CUSTOMERS, _question("nps"), TOUCHED),)),
    Needs(step="referral_sources", name="unknown_source_share", measured=((LEADS,), (CUSTOMERS,))),
    Needs(step="loyalty_and_upsell", name="retention_rate", measured=((LEFT,),)),
    Needs(step="loyalty_and_upsell", name="nrr", measured=((RECURRING,),)),
    Needs(step="loyalty_and_upsell", name="grr", measured=((RECURRING,),)),
    Needs(step="loyalty_and_upsell", name="quick_ratio", measured=((RECURRING,),)),
    Needs(step="loyalty_and_upsell", name="customer_value", measured=VALUE, assumed=VALUE_GUESSED),
    Needs(step="programme_review", name="flagged_share", measured=((DATED,),)),
    Needs(step="programme_review", name="reward_liability", measured=((REWARDED,),)),
)
"""In the order of the steps: every number that a run must carry, and the two that most others rest on."""
