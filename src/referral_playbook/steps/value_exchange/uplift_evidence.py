"""Published uplifts, those of other clients, and this client's own measurement, ready to draw side by side."""

from collections.abc import Mapping

from referral_playbook.benchmarks.evidence import forest_rows
from referral_playbook.benchmarks.uplift import uplift_evidence
from referral_playbook.contract.evidence import Estimate
from referral_playbook.domain.programme.uplift import own_uplift, uplifts_of_others
from referral_playbook.facts.engagement import Engagement


def evidence_on_uplift(engagement: Engagement) -> Mapping[str, Estimate]:
    """Estimates of the uplift by their source, in the order of the forest plot."""
    return forest_rows(uplift_evidence(shared=uplifts_of_others(engagement)), own_uplift(engagement))
