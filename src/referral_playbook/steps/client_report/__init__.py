"""Step 10: one decision on one page, then the evidence."""
