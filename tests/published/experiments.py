"""Checkers of the published cases on experiments."""

from __future__ import annotations

from .cases import Checks

CHECKS: Checks = {}
