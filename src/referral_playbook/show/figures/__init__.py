"""Figures: axes in, axes out; each sets ``ax.alt_text`` to what it shows, in words with the numbers."""

from referral_playbook.show.figures.flows import funnel
from referral_playbook.show.figures.futures import quantile_dotplot, tornado
from referral_playbook.show.figures.gates import forest, gate
from referral_playbook.show.figures.lives import survival

__all__ = ["forest", "funnel", "gate", "quantile_dotplot", "survival", "tornado"]
