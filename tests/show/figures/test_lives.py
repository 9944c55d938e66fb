"""The survival curve: steps, numbers at risk, and the words below it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from referral_playbook.show import figures as draw
from referral_playbook.show.picture import axes
from tests.show.drawn import curve


def test_survival_steps_bands_and_numbers_at_risk():
    ax = draw.survival(axes(), {"referred": curve(0.02), "others": pd.DataFrame(curve(0.2))})
    np.testing.assert_allclose(ax.lines[1].get_ydata(), np.exp(-0.2 * np.arange(13)))
    texts = [t.get_text() for t in ax.texts]
    assert "100" in texts
    assert "40" in texts  # at risk at month 12
    assert "others: 9.1% (8.2% to 10%) at 12 months, half are left at 4 months" in ax.alt_text
    assert "referred: 79% (71% to 87%) at 12 months, more than half remain throughout" in ax.alt_text


def test_survival_of_nobody_is_said():
    ax = draw.survival(axes(), {"all": {k: [] for k in curve()}})
    assert "nobody was observed" in ax.alt_text
