"""Cells of executed notebooks, and what a client might have written into them."""

from __future__ import annotations

import nbformat

LIVE = {"script", "img", "style", "iframe", "svg", "object", "embed", "link", "meta", "base", "form", "input"}
"""Tags that run, load or send something."""
SVG = '<svg xmlns="http://www.w3.org/2000/svg"><text>hi</text></svg>'


def display(data, metadata=None):
    return nbformat.v4.new_output("display_data", data, metadata=metadata or {})


def code(source, *outputs):
    cell = nbformat.v4.new_code_cell(source, outputs=list(outputs), execution_count=1)
    return cell
