"""How long until it happens: survival curves, hazards and retention."""
