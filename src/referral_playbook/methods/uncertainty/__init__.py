"""Distributions, propagation, forecasts and their scores."""
