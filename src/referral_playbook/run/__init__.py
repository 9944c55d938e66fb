"""Run the notebooks headless and turn what they hand over into a report."""
