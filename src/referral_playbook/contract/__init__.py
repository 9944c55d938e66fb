"""Types that cross a boundary: evidence, client folder, tables. Imports nothing of ours."""
