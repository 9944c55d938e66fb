"""Whom to work with this month, and the progress against the goals."""
