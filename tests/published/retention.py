"""Checkers of the published cases on retention and lifetime value."""

from __future__ import annotations

from .cases import Checks

CHECKS: Checks = {}
