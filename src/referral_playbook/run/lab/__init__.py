"""`playbook lab`: a start page and the notebooks of a client for a live session."""
