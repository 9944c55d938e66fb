"""Office files without a clock: slides and Word documents whose bytes depend on what is in them and nothing else."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date, datetime
from typing import Any

EPOCH = (1980, 1, 1, 0, 0, 0)


def saved(paper: Any, title: str, as_of: date) -> bytes:
    """Slides or a Word document as bytes, with the as-of date as the only time in them."""
    core, moment = paper.core_properties, datetime(as_of.year, as_of.month, as_of.day)
    core.title, core.author = title, "referral-playbook"
    core.created = core.modified = moment
    out = io.BytesIO()
    paper.save(out)
    return still(out.getvalue(), moment)


def still(content: bytes, moment: datetime) -> bytes:
    """Write an office file again with `moment` as the only time in it; workbooks inside it too."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in sorted(old.namelist()):
            part = old.read(entry)
            if entry.endswith(".xlsx"):
                part = still(part, moment)
            elif entry == "docProps/core.xml":
                part = re.sub(rb"\d{4}-\d\d-\d\dT[\d:.]+Z?", moment.isoformat().encode() + b"Z", part)
            new.writestr(zipfile.ZipInfo(entry, date_time=EPOCH), part, compress_type=zipfile.ZIP_DEFLATED)
    return out.getvalue()
