"""Parameters: declared once, set by a client or in a meeting, read by the steps."""
