"""Write the pages and parameter cells that are made from the code: ``python -m book``."""

from __future__ import annotations

from book import cells
from book.pages import ROOT, write

if __name__ == "__main__":
    for path in [*cells.write(), *write()]:
        print(path.relative_to(ROOT))
