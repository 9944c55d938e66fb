"""One client's run: what must run again, in which order, with which parameters, into which folder."""
