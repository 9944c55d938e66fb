"""Figures: axes in, axes out; each sets ``ax.alt_text`` to what it shows, in words with the numbers."""

from referral_playbook.show.figures.clocks import two_clocks
from referral_playbook.show.figures.compare import bars, heatmap, spidergram
from referral_playbook.show.figures.drivers import tornado
from referral_playbook.show.figures.flows import funnel, waterfall
from referral_playbook.show.figures.futures import quantile_dotplot
from referral_playbook.show.figures.gates import forest, gate
from referral_playbook.show.figures.lives import survival
from referral_playbook.show.figures.progress import band, ladder
from referral_playbook.show.figures.spread import cascade, concentration

__all__ = [
    "band",
    "bars",
    "cascade",
    "concentration",
    "forest",
    "funnel",
    "gate",
    "heatmap",
    "ladder",
    "quantile_dotplot",
    "spidergram",
    "survival",
    "tornado",
    "two_clocks",
    "waterfall",
]
