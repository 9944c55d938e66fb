"""An office file has one moment in it, whenever it was written."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime

from referral_playbook.run.report.office import still

MOMENT = datetime(2026, 9, 30)


def zipped(parts, year):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name, content in parts.items():
            file.writestr(zipfile.ZipInfo(name, date_time=(year, 1, 1, 0, 0, 0)), content)
    return out.getvalue()


def made_in(year):
    core = f"<modified>{year}-05-05T10:11:12Z</modified>".encode()
    inner = zipped({"docProps/core.xml": core, "sheet.xml": b"1"}, year)
    return zipped({"docProps/core.xml": core, "chart.xlsx": inner, "body.xml": b"2026-05-05T10:11:12Z"}, year)


def test_two_moments_give_the_same_bytes_and_the_body_is_kept():
    assert still(made_in(2024), MOMENT) == still(made_in(2025), MOMENT)
    with zipfile.ZipFile(io.BytesIO(still(made_in(2024), MOMENT))) as file:
        assert file.read("docProps/core.xml") == b"<modified>2026-09-30T00:00:00Z</modified>"
        assert file.read("body.xml") == b"2026-05-05T10:11:12Z"
