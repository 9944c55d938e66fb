"""Numbers, dates and nouns as people write them."""
