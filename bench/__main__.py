"""Measure and write bench/results.md; names of sections on the command line run only those and keep the others."""

from __future__ import annotations

import importlib
import sys

from bench.report import write

SECTIONS = {
    "Whole runs": "runs",
    "Portfolios": "portfolio",
    "From exports to the report": "scale",
    "Facts": "facts",
    "Methods": "methods",
    "Live what-ifs": "whatif",
    "Imports": "imports",
}


def main() -> None:
    """Run the sections that were named, or all."""
    wanted = sys.argv[1:] or list(SECTIONS.values())
    found = {}
    for title, name in SECTIONS.items():
        if name in wanted:
            print(f"{title} ...", flush=True)
            found[title] = importlib.import_module(f"bench.{name}").rows()
            for row in found[title]:
                print(
                    f"  {row.what}: {row.figure} (target {row.target}: {'met' if row.met else 'NOT met'})", flush=True
                )
    print(write(found, SECTIONS))


if __name__ == "__main__":
    main()
