"""How results look: figures, tables, money and dates."""
