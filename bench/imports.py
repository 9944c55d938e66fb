"""Imports: what our own modules cost beside the libraries that any notebook of the kind imports."""

from __future__ import annotations

from bench.measure import in_turn, python
from bench.report import Row

LIBRARIES = "import pandas, pyarrow.parquet, scipy.stats, matplotlib.figure"
NOTEBOOK = "from referral_playbook.facts.engagement import open_engagement"
STEP = """from referral_playbook.show.picture import picture
from referral_playbook.steps import break_even, programme_futures, value_exchange"""
COMMAND = "import referral_playbook.cli"


def rows() -> list[Row]:
    """Figures on importing the package, CPU above the interpreter's start."""
    said = {"start": "pass", "libraries": LIBRARIES, "notebook": f"{LIBRARIES}\n{NOTEBOOK}\n{STEP}", "command": COMMAND}
    seen = in_turn({name: python(code) for name, code in said.items()}, repeats=7)
    libraries, notebook, command = (seen[n].cpu - seen["start"].cpu for n in ("libraries", "notebook", "command"))
    share = notebook / libraries
    return [
        Row(
            "what a notebook imports against pandas, pyarrow, scipy.stats and matplotlib alone",
            f"{share:.2f}x CPU ({notebook:.2f} against {libraries:.2f} s)",
            "at most 1.5x",
            share <= 1.5,
        ),
        Row("the playbook command, before it does anything", f"{command:.2f} CPU s", "at most 0.3 s", command <= 0.3),
    ]
