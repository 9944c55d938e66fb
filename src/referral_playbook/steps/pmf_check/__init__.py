"""Step 01: are there any referrals to be had?"""

from referral_playbook.steps.pmf_check.step import build_result, find

__all__ = ["build_result", "find"]
