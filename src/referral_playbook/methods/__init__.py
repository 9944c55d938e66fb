"""Published statistics: arrays in, an Estimate out."""
