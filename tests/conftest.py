"""What all tests share: where the samples and, where present, the real exports are."""

from __future__ import annotations

import contextlib
import gc
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest import mock

import ibis
import pandas as pd
import pytest
from hypothesis import settings
from ibis.backends.duckdb import Backend

from referral_playbook.facts.engagement import Engagement, open_engagement
from referral_playbook.simulate import simulate, write_client

from .promises import promise, pytest_terminal_summary

__all__ = ["promise", "pytest_terminal_summary"]

# the same examples in every run, and no clock: a busy machine is not a wrong answer
settings.register_profile("house", deadline=None, derandomize=True, max_examples=30)
settings.load_profile("house")

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "data"
REAL = ROOT.parent / "shared" / "real"
MAPPINGS = ROOT / "tests" / "real_clients"
FILES = {
    "telco": ["telco_customers.csv"],
    "olist": ["olist_qualified_leads.csv", "olist_closed_deals.csv"],
}


@pytest.fixture(scope="session")
def real() -> Path:
    """The folder of real exports; they are never committed, so a machine may lack them."""
    if not REAL.is_dir():
        pytest.skip(f"the real exports are not on this machine ({REAL.name}/ beside the project)")
    return REAL


def pytest_collection_finish() -> None:
    """What was collected stays to the end: the garbage collector, which others call often, may pass it over."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def compiled_once() -> Iterator[None]:
    """The same expression over tables of the same shape is the same SQL: compiled once, for it is half of a build."""
    compiled: dict[str, Any] = {}
    original = Backend.compile

    def compile_once(self: Any, expr: Any, /, **how: Any) -> Any:
        key = f"{expr!r} {how} {ibis.options.sql.fuse_selects}"
        if "InMemoryTable" in key:  # it does not say which
            return original(self, expr, **how)
        if key not in compiled:
            compiled[key] = original(self, expr, **how)
        return compiled[key]

    with mock.patch.object(Backend, "compile", compile_once):
        yield


@pytest.fixture(scope="session", autouse=True)
def statements(shared: Path) -> None:
    """Statements of facts are kept for this test run, and are not taken from an earlier one."""
    os.environ["REFERRAL_PLAYBOOK_CACHE"] = str(shared / "statements")


@pytest.fixture(scope="session")
def shared(tmp_path_factory) -> Path:
    """A folder that all processes of this test run share."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "shared"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def simulated(shared, tmp_path_factory) -> Callable[..., Engagement]:
    """``simulated("subscription", seed=3, without=("payments",), edit=f, customers=300)``: a client made to order.

    `without` names tables that the client lacks; `edit` takes the tables and returns those to put in their place. One
    without `edit` is made once in a test run, with its facts; its results folder is empty each time.
    """

    def _simulated(
        kind: Any = "subscription",
        *,
        seed: int = 1,
        without: tuple[str, ...] = (),
        edit: Callable[[Mapping[str, pd.DataFrame]], dict[str, pd.DataFrame]] | None = None,
        **changes: Any,
    ) -> Engagement:
        key = hashlib.sha256(repr((kind, seed, without, sorted(changes.items()))).encode()).hexdigest()[:16]
        place = shared / key
        if edit or not place.is_dir():
            made = simulate(kind, seed=seed, **changes)
            tables = {**made.tables, **(edit(made.tables) if edit else {})}
            kept = {name: table for name, table in tables.items() if name not in without}
            made = replace(made, tables=kept, layout={name: made.layout[name] for name in kept})
            folder = tmp_path_factory.mktemp(kind)
            client = open_engagement(write_client(made, folder / "client"), folder / "results")
            if edit:
                return client
            with contextlib.suppress(OSError):  # the other process was quicker
                folder.rename(place)
        client = open_engagement(place / "client", place / "results")
        return replace(client, results_dir=tmp_path_factory.mktemp("again") / "results")

    return _simulated


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
