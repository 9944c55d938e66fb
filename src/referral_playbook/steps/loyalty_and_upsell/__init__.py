"""Step 08: keep customers, then grow with them."""
