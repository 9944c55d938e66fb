"""The economics of a programme, its futures, and decisions under uncertainty."""
