"""The next message to each advocate: the distance to the next tier, complaints first."""

from __future__ import annotations

from referral_playbook.steps.goal_setting.messages import next_messages


class TestNextMessage:
    def test_each_gets_the_distance_to_the_next_tier(self, advocates, stayers):
        rows = next_messages(advocates, steps=[1, 3, 5], names=["mug", "module", "month"]).set_index("customer_id")
        assert rows.at[stayers[0], "message"] == "1 more to module"
        assert rows.at[stayers[1], "message"] == "2 more to module"
        assert rows.at[stayers[2], "message"] == "1 more to mug", "what was made two years ago is not of this year"
        assert rows.at[stayers[3], "message"].startswith("thank you: 5")

    def test_an_open_complaint_comes_first_and_last_in_the_list(self, advocates, stayers):
        rows = next_messages(advocates, steps=[1, 3])
        assert rows.iloc[-1]["customer_id"] == stayers[4]
        assert "complaint" in rows.iloc[-1]["message"]

    def test_those_who_left_hear_nothing(self, sample):
        client = sample("brightdesk")
        profile = client.fact("customer_profile").set_index("customer_id")
        rows = next_messages(client, steps=[1, 3])
        assert not profile.loc[rows["customer_id"], "left"].any()
