"""What step 03 found, computed once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import pandas as pd

from referral_playbook.contract.evidence import Check, Estimate
from referral_playbook.steps.social_currency.make_or_buy import MakeOrBuy
from referral_playbook.steps.social_currency.sharing import Funnel
from referral_playbook.steps.social_currency.word_of_mouth import WordOfMouth


@dataclass(frozen=True, kw_only=True)
class SocialCurrencyFinding:
    """Everything that step 03 computed."""

    client: str
    currency: str
    as_of: date
    # steps of sharing; channels; referrals by number made; who advocates, and whom to recruit; given and asked
    friction: pd.DataFrame
    channels: pd.DataFrame
    made: pd.DataFrame
    groups: pd.DataFrame
    recruits: pd.DataFrame
    ledger: pd.DataFrame
    ways: pd.DataFrame
    # steps, fields and seconds per share; what else step 03 hands over, by contract name
    ease: Mapping[str, Estimate]
    others: Mapping[str, Estimate]
    is_easy: Check
    in_balance: Check
    so_far: Check
    funnel: Funnel
    word_of_mouth: WordOfMouth
    conversion_per_qualified: Estimate  # for the naive K, which mixes denominators
    choice: MakeOrBuy
    seeds: int  # customers to begin with, in the picture of where word of mouth ends
    least_sharing: float  # share of customers who should share, fixed before looking
    k_goal: float | None  # a goal that somebody wants on K; it is refused

    @property
    def do_not_ask(self) -> pd.DataFrame:
        """Customers who were asked for more than they were given."""
        return self.ledger[self.ledger["balance"] < 0]

    @property
    def estimates(self) -> dict[str, Estimate]:
        """Every estimate by its contract name."""
        sharing = {"sharing_share": self.funnel.rates["sharing"]} if "sharing" in self.funnel.rates else {}
        return {
            "invites_per_customer": self.word_of_mouth.invites,
            "conversion_per_invite": self.word_of_mouth.conversion,
            "k_factor": self.word_of_mouth.k,
            "cascade_size": self.word_of_mouth.cascade,
            **sharing,
            **self.ease,
            **self.others,
            "software_saving": self.choice.net,
            "software_pays_from": self.choice.volume,
        }
