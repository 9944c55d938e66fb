"""Write the pages that are made from the code: ``python -m book``."""

from __future__ import annotations

from book.pages import ROOT, write

if __name__ == "__main__":
    for path in write():
        print(path.relative_to(ROOT))
