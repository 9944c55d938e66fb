"""Plan an experiment, read it out, and compare its arms."""
