"""Helpers that the tests of step 06 share."""

from __future__ import annotations

from datetime import date, timedelta

AS_OF = date(2026, 9, 30)


def ago(days: int) -> str:
    return (AS_OF - timedelta(days=days)).isoformat()


def touch(who, days, kind, resolved=""):
    return {"customer_id": who, "on": ago(days), "kind": kind, "channel": "email", "resolved_on": resolved}
