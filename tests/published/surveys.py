"""Checkers of the published cases on surveys."""

from __future__ import annotations

from .cases import Checks

CHECKS: Checks = {}
