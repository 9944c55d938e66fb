"""How large a file may be. Sizes are looked at before anything is read, so that no file can fill the memory.

A machine with more memory can read more: the environment variable REFERRAL_PLAYBOOK_MOST_COLUMNS raises MOST_COLUMNS,
and so on for each limit.
"""

from __future__ import annotations

import os


def _limit(name: str, usual: int) -> int:
    """The usual limit, or the number that the environment says."""
    setting_text = os.environ.get(f"REFERRAL_PLAYBOOK_{name}", "")
    return int(setting_text) if setting_text.isdecimal() else usual


MOST_COLUMNS = _limit("MOST_COLUMNS", 2_000)
"""Columns of any file."""
MOST_SHEET_CELLS = _limit("MOST_SHEET_CELLS", 4_000_000)
"""Cells of a sheet from A1 to the last one, empty ones included, since a sheet is read as a rectangle."""
MOST_UNPACKED = _limit("MOST_UNPACKED", 512 << 20)
"""Bytes of a workbook's parts once they are unpacked."""
MOST_PARQUET_CELLS = _limit("MOST_PARQUET_CELLS", 50_000_000)
"""Rows times columns of a Parquet file."""
MOST_PARQUET = _limit("MOST_PARQUET", 2 << 30)
"""Bytes of a Parquet file once it is unpacked."""
CELLS_PER_BYTE = _limit("CELLS_PER_BYTE", 10)
"""Cells per byte of a Parquet file that is read piece by piece; usual files have less than one."""
UNPACKED_PER_BYTE = _limit("UNPACKED_PER_BYTE", 50)
"""How many times its size such a file may be once it is unpacked; usual files are less than ten times as large."""
LONGEST_LINE = _limit("LONGEST_LINE", 16 << 20)
"""Bytes of one line of a text file."""
MOST_BLANK_LINES = _limit("MOST_BLANK_LINES", 500_000)
"""Lines with nothing in them, or with delimiters alone."""
