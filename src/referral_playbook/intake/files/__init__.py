"""Files as text, with the place of every cell."""
