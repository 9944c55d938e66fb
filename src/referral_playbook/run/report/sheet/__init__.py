"""break-even.xlsx: the deterministic case as formulas that a client can change and follow."""
