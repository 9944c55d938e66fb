"""Kernels for notebooks: forked from one warm process where that can be, and none outlives its run."""
