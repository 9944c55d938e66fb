"""The module `gaps` of step referral sources, on clients made by hand and on the samples."""

from __future__ import annotations

import numpy as np

from referral_playbook.steps.referral_sources import gaps as gap_map


class TestGapMap:
    @staticmethod
    def edited(tables):
        """Nobody in the North refers; in Scotland nearly all come by referral."""
        customers, referrals = tables["customers"].copy(), tables["referrals"]
        north = set(customers.loc[customers["region"] == "North", "customer_id"])
        scots = customers["region"] == "Scotland"
        customers.loc[scots, "source"] = "referral"
        return {"customers": customers, "referrals": referrals[~referrals["referrer_id"].isin(north)]}

    def test_both_gaps_are_found_where_they_were_put(self, simulated):
        cells = gap_map.gap_map(simulated(customers=1500, edit=self.edited))
        gaps = cells[cells["gap"] != ""]
        assert set(gaps["region"]) == {"North", "Scotland"}
        assert set(gaps.loc[gaps["region"] == "Scotland", "gap"]) == {gap_map.FRIENDS_ONLY}
        assert set(gaps.loc[gaps["region"] == "North", "gap"]) == {gap_map.NOBODY_REFERS}

    def test_without_gaps_chance_finds_none(self, sample):
        """Regions shuffled sixty times: the correction keeps false alarms to one map in twenty."""
        client, rng = sample("brightdesk"), np.random.default_rng(1)
        profile = client.fact("customer_profile")
        alarms = 0
        for _ in range(60):
            mixed = profile.assign(region=rng.permutation(profile["region"].to_numpy()))
            cells = gap_map.gap_map(client.with_facts(customer_profile=mixed))
            alarms += int((cells["gap"] != "").any())
        assert alarms <= 6

    def test_no_segment_and_no_region_is_no_map(self, simulated):
        def bare(tables):
            return {"customers": tables["customers"].assign(segment=None, region=None)}

        assert gap_map.gap_map(simulated(customers=200, edit=bare)).empty


def test_cells_of_few_customers_stand_together_or_not_at_all(sample):
    client = sample("brightdesk")
    profile = client.fact("customer_profile").head(200).assign(region="West")
    profile.loc[profile.index[:4], "segment"] = "zebras"
    assert "zebras" not in set(gap_map.gap_map(client.with_facts(customer_profile=profile))["segment"])
    profile.loc[profile.index[4:12], "region"] = "Atlantis"
    profile.loc[profile.index[4:12], "segment"] = "unicorns"
    cells = gap_map.gap_map(client.with_facts(customer_profile=profile)).set_index("segment")
    assert not {"zebras", "unicorns"} & set(cells.index)
    assert cells.loc["(other segments)", "customers"] == 12
    assert cells["customers"].sum() == 200
