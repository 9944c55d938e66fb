"""Step 08: keep, then grow."""
