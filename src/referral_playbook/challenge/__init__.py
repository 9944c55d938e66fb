"""Decisions put to the test: documented damages to a client's data and assumptions, and which verdicts survive."""
