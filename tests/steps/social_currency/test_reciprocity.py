"""The module `reciprocity` of step social currency, on clients made by hand and on the samples."""

from __future__ import annotations

import pandas as pd

from referral_playbook.steps.social_currency import step as social_currency
from tests.steps.social_currency.made import (
    TOUCHED,
)


class TestGiveAndTake:
    def test_who_was_asked_for_more_than_given(self, made, ids):
        on = {"on": pd.Timestamp("2026-03-01")}
        touched = [{"customer_id": ids[0], "kind": k, "channel": c, **on} for k, c in TOUCHED]
        touched += [{"customer_id": ids[1], "kind": k, "channel": "event", **on} for k in ("delight", "review", "ask")]
        touched += [{"customer_id": ids[2], "kind": "delight", "channel": "event", **on}]
        client = made(touchpoints=pd.DataFrame(touched))
        ledger = social_currency.ledger(client).set_index("customer_id")
        assert ledger.loc[ids[:3], "balance"].tolist() == [-1, 1, 1]
        assert ledger.loc[ids[:3], "ask"].tolist() == ["no: give first", "yes", "yes"]
        assert social_currency.asked_more_than_given(client).value == 0.5
        ways = social_currency.ways(client).set_index("way")
        assert ways.loc["one-to-one", ["given", "asked"]].tolist() == [1, 2]
        assert ways.loc["one-to-many", ["given", "asked"]].tolist() == [2, 1]
        assert ways.loc["general", ["given", "asked"]].tolist() == [1, 0]

    def test_they_are_in_the_result_and_somebody_is_to_give(self, brightdesk, sample):
        ledger = social_currency.ledger(sample("brightdesk"))
        assert len(brightdesk.tables["do_not_ask"]) == (ledger["balance"] < 0).sum() > 0
        assert any(a.what.startswith("Give something") for a in brightdesk.actions)

    def test_without_touchpoints_nobody_knows(self, sample):
        assert not social_currency.asked_more_than_given(sample("cupboard")).defined
        assert social_currency.ledger(sample("cupboard")).empty
