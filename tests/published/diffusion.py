"""Checkers of the published cases on diffusion and cascades."""

from __future__ import annotations

from .cases import Checks

CHECKS: Checks = {}
