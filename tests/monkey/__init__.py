"""Odd but plausible clients, and what must be true of every one of them."""
