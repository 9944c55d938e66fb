"""Checkers of the published cases on break-even and uncertainty."""

from __future__ import annotations

from .cases import Checks

CHECKS: Checks = {}
