"""A word that nobody assigned is counted, and never as something else."""

from __future__ import annotations

import pandas as pd

from referral_playbook.domain.sources.source_words import group_of, groups
from referral_playbook.domain.sources.sources import Sources


def made(table="leads", **leads):
    """Sources of one month from `word=(leads, won)`."""
    rows = [{"month": "2026-01", "source": w, "leads": n, "won": k, "value": 100.0 * k} for w, (n, k) in leads.items()]
    deals = pd.DataFrame([{"source": w, "value": 100.0, "deals": k} for w, (_, k) in leads.items()])
    group = {word: group_of(word, groups()) for word in leads}
    return Sources(table=table, per="lead", rows=pd.DataFrame(rows), deals=deals, group=group)


def test_unassigned_words_are_counted():
    assert made(Empfehlung=(7, 3), search=(5, 1)).unsorted == {"Empfehlung": 7}
    assert made("customers", Empfehlung=(7, 3)).unsorted == {"Empfehlung": 3}
    assert made(search=(5, 1)).unsorted == {}
