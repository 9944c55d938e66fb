"""Which customers already stand on a list of step 06: nobody gets two calls with two purposes in one month."""

from dataclasses import dataclass

from referral_playbook.contract.names import Step
from referral_playbook.facts.engagement import Engagement


@dataclass(frozen=True, kw_only=True)
class EarlierLists:
    """Customers on the lists that come before those of this step."""

    to_hear: frozenset[str] = frozenset()  # unhappy customers whom step 06 puts on the list of complaints
    # customers to ask for a referral this month, with the control group that is left unasked
    to_ask: frozenset[str] = frozenset()

    @property
    def everyone(self) -> frozenset[str]:
        return self.to_hear | self.to_ask


NOBODY = EarlierLists()


def earlier_lists(engagement: Engagement) -> EarlierLists:
    """Read the lists of step 06; nobody where it has not been run."""
    asked = engagement.upstream(Step.ASK_AND_FOLLOW_UP)
    if asked is None:
        return NOBODY
    hear, ask = (
        frozenset(str(row["customer_id"]) for row in asked.tables.get(table, ()))
        for table in ("close_the_loop", "ask_list")
    )
    return EarlierLists(to_hear=hear, to_ask=ask)
