"""Text into typed columns, and the rules between them."""
