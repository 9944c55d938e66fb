"""Engagements for the tests of steps: the samples, simulated clients with changes or without tables, real exports."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from referral_playbook.facts.engagement import Engagement, open_engagement
from referral_playbook.simulate import simulate, write_client

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
def simulated(tmp_path_factory) -> Callable[..., Engagement]:
    """``simulated("subscription", seed=3, without=("payments",), edit=f, customers=300)``: a client made to order.

    `without` names tables that the client lacks; `edit` takes the tables and returns those to put in their place. One
    without `edit` is made once; its results folder is empty each time.
    """
    opened: dict[str, Engagement] = {}

    def _simulated(
        kind: Any = "subscription", *, seed: int = 1, without: tuple[str, ...] = (),
        edit: Callable[[Mapping[str, pd.DataFrame]], dict[str, pd.DataFrame]] | None = None, **changes: Any,
    ) -> Engagement:  # fmt: skip
        key = "" if edit else repr((kind, seed, without, sorted(changes.items())))
        if key in opened:
            return replace(opened[key], results_dir=tmp_path_factory.mktemp("again") / "results")
        made = simulate(kind, seed=seed, **changes)
        tables = {**made.tables, **(edit(made.tables) if edit else {})}
        kept = {name: table for name, table in tables.items() if name not in without}
        made = replace(made, tables=kept, layout={name: made.layout[name] for name in kept})
        folder = tmp_path_factory.mktemp(kind)
        client = open_engagement(write_client(made, folder / "client"), folder / "results")
        return opened.setdefault(key, client) if key else client

    return _simulated


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
