"""Engagements for the tests of steps: the samples and real exports; `simulated` is in the conftest above."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from referral_playbook.facts.engagement import Engagement, open_engagement

DATA = Path(__file__).resolve().parents[2] / "data"
MAPPINGS = Path(__file__).resolve().parents[1] / "real_clients"
FILES = {
    "telco": ["telco_customers.csv"],
    "olist": ["olist_qualified_leads.csv", "olist_closed_deals.csv"],
}


@pytest.fixture(scope="session")
def sample(tmp_path_factory) -> Callable[[str], Engagement]:
    """``sample("brightdesk")``: a sample client, opened once; its results folder is empty."""
    opened: dict[str, Engagement] = {}

    def _sample(name: str = "brightdesk") -> Engagement:
        if name not in opened:
            opened[name] = open_engagement(DATA / name, tmp_path_factory.mktemp(name) / "results")
        return opened[name]

    return _sample


@pytest.fixture(scope="session")
def truth() -> Callable[[str], dict[str, Any]]:
    """``truth("brightdesk")``: what is true of a sample client."""
    return lambda name="brightdesk": json.loads((DATA / name / "truth.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def real_client(real, tmp_path_factory) -> Callable[[str], Engagement]:
    """``real_client("telco")``: a real export with its mapping; skips where the files are not on this machine."""

    def _real_client(name: str) -> Engagement:
        folder = tmp_path_factory.mktemp(name) / "client"
        folder.mkdir()
        for file in FILES[name]:
            shutil.copy(real / file, folder / file)
        shutil.copy(MAPPINGS / f"{name}.toml", folder / "client.toml")
        return open_engagement(folder, folder.parent / "results")

    return _real_client
