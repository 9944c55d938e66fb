"""A first client.toml proposed from the exports, and what is still missing."""
