"""What-if of the goals: a table of the ends where nothing can be moved."""

from __future__ import annotations

from referral_playbook.show.whatif import what_if
from referral_playbook.steps.goal_setting import what_if as what_if_of_goals
from referral_playbook.steps.goal_setting.step import find


class TestWhatIf:
    def test_headless_it_is_a_table_of_the_ends(self, sample):
        live = what_if_of_goals.live_settings(find(sample("brightdesk")))
        text = repr(what_if(live.answer, sliders=live.sliders, units=live.units))
        assert "as planned" in text
        assert "Uplift 3.0 times" in text
