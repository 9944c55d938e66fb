"""Quantities that several steps need, each computed in one place."""
