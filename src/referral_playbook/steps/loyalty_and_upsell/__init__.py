"""Step 08: keep, then grow."""

from referral_playbook.steps.loyalty_and_upsell.step import build_result, find

__all__ = ["build_result", "find"]
