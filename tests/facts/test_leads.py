from datetime import date

from referral_playbook.facts.leads import lead_sources

KEYS = ["month", "source", "given_or_received"]


def test_unknown_and_empty_stay_apart_and_in(rows):
    leads = [
        {"lead_id": str(i), "created_on": date(2026, 1, 9), "source": s, "won_on": w, "value": v}
        for i, (s, w, v) in enumerate(
            [
                ("referral", date(2026, 2, 1), 100.5),
                ("referral", date(2026, 2, 1), None),
                ("referral", None, 7.0),
                ("unknown", date(2026, 8, 1), 9.0),  # not yet won
                ("", None, None),
                (None, None, None),
            ]
        )
    ]
    assert rows(lead_sources, keys=KEYS, leads=leads) == [
        ("2026-01", "(empty)", "(none)", 2, 0, None),
        ("2026-01", "referral", "(none)", 3, 2, 100.5),
        ("2026-01", "unknown", "(none)", 1, 0, None),
    ]


def test_only_ids_and_dates(rows):
    leads = [{"lead_id": "a", "created_on": date(2026, 1, 9)}]
    assert rows(lead_sources, keys=KEYS, leads=leads) == [("2026-01", "(empty)", "(none)", 1, 0, None)]
