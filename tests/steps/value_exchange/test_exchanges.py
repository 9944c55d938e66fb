"""The exchanges of the workshop, and the stages that were left out filled from the numbers."""

from __future__ import annotations

from steps.value_exchange.made import concluded


class TestExchanges:
    def test_the_three_of_the_workshop(self, sample):
        client = sample("brightdesk")
        rows = concluded(client).tables["exchanges"]
        assert [r["stage"] for r in rows] == ["money"] * 2 + ["information"] * 3 + ["promise"] * 2
        assert {r["from"] for r in rows} == {"workshop"}

    def test_a_stage_that_was_left_out_is_filled_from_the_numbers(self, simulated):
        def no_promise(tables):
            return {"exchanges": tables["exchanges"][tables["exchanges"]["stage"] == "money"]}

        rows = concluded(simulated(customers=250, edit=no_promise)).tables["exchanges"]
        filled = [r for r in rows if r["from"] != "workshop"]
        assert {r["stage"] for r in filled} == {"information", "promise"}
        credit = [r for r in filled if r["what"].startswith("50 credit each")]
        assert [(r["receiver"], r["cost"]) for r in credit] == [("advocate", 50.0), ("friend", 50.0)]

    def test_what_nobody_knows_stays_unknown(self, sample):
        promise = concluded(sample("cupboard")).tables["exchanges"][-1]
        assert promise["stage"] == "promise"
        assert promise["value"] is None
