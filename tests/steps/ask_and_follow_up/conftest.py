"""A client written row by row, for the tests of step 06."""

from __future__ import annotations

import pandas as pd
import pytest

from referral_playbook.facts.engagement import open_engagement


@pytest.fixture
def by_hand(tmp_path):
    """``by_hand(customers=[...], touchpoints=[...])``: a client written row by row, as of 30 September 2026."""

    def _by_hand(**tables):
        folder = tmp_path / "client"
        folder.mkdir()
        lines = ['name = "By hand"', 'currency = "EUR"', "as_of = 2026-09-30"]
        for name, rows in tables.items():
            pd.DataFrame(rows).to_csv(folder / f"{name}.csv", index=False)
            lines += [f"[tables.{name}]", f'file = "{name}.csv"', 'dates = "%Y-%m-%d"']
        (folder / "client.toml").write_text("\n".join(lines), encoding="utf-8")
        return open_engagement(folder, tmp_path / "run" / "results")

    return _by_hand
