"""What client.toml may say, and what is wrong where."""
