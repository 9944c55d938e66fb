"""What client.toml declares about an export."""
