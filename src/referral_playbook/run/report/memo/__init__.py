"""The memo: one decision on one page, then the evidence in short. Made from results only."""
