"""Many clients: where they are, who runs them, and one page over all of them."""
