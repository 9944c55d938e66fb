"""The executed notebooks of a run: their text, and the charts that they drew."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from referral_playbook.contract.names import notebook_of
from referral_playbook.show.picture import SVG, Picture


def read_executed(path: Path) -> dict[str, Any]:
    """An executed notebook, its text in one piece each, where the file has it in lines.

    It is not checked against its schema, as it was when it was written: that takes longer than all else here.
    """
    notebook: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        cell["source"] = "".join(cell["source"])
        for output in cell.get("outputs", ()):
            if "text" in output:
                output["text"] = "".join(output["text"])
            for kind, data in output.get("data", {}).items():
                output["data"][kind] = "".join(data) if isinstance(data, list) else data
    return notebook


def charts_of(run_folder: Path, step: str) -> dict[str, Picture]:
    """The pictures of a step's notebook that have a name, by it; none where the step has no executed notebook."""
    path = run_folder / "notebooks" / notebook_of(step)
    cells = read_executed(path)["cells"] if path.is_file() else []
    charts: dict[str, Picture] = {}
    for output in (output for cell in cells for output in cell.get("outputs", ())):
        about = output.get("metadata", {}).get(SVG, {})
        if (svg := output.get("data", {}).get(SVG)) and (name := about.get("name")):
            charts[name] = Picture(svg, about["alt"], name)
    return charts
