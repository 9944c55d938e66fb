"""Checkers of the published cases on referral economics and revenue kept."""

from __future__ import annotations

from .cases import Checks

CHECKS: Checks = {}
