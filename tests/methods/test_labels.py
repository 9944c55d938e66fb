"""The labels that travel with a number: the caller's come first."""

from __future__ import annotations

import pytest

from referral_playbook.contract.evidence import Basis
from referral_playbook.methods.labels import missing, ranged
from referral_playbook.methods.proportions import proportion

OWN = {"unit": "share", "per": "case"}


def test_the_callers_labels_come_before_the_methods_own():
    found = ranged(0.5, 0.4, 0.6, n=9, confidence=0.95, labels={"per": "answer", "source": "surveys.csv"}, **OWN)
    assert (found.unit, found.per, found.source, found.basis) == ("share", "answer", "surveys.csv", Basis.MEASURED)


def test_a_number_that_is_missing_has_the_same_labels_and_its_reason():
    found = missing("nobody answered", n=0, labels={"per": "answer", "basis": Basis.BENCHMARK}, **OWN)
    assert (found.unit, found.per, found.basis, found.n) == ("share", "answer", Basis.BENCHMARK, 0)
    assert (found.defined, found.reason) == (False, "nobody answered")


@pytest.mark.parametrize("level", [0, 1, 95, -1, float("nan"), "0.95x", True])
def test_a_confidence_that_is_no_share_is_refused(level):
    with pytest.raises((ValueError, TypeError), match=r"confidence|level"):
        proportion(1, 2, confidence=level)
