"""Checkers of the published cases on survival."""

from __future__ import annotations

from .cases import Checks

CHECKS: Checks = {}
