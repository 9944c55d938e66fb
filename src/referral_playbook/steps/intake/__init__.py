"""Step 00: what do we have, and what can we say with it?"""

from referral_playbook.steps.intake.step import build_result, find

__all__ = ["build_result", "find"]
