"""One asset per client on a monthly schedule: load with `dagster dev -f dagster_job.py`."""

from __future__ import annotations

import subprocess

import dagster as dg

CLIENTS = ("acme", "brightdesk")
FOLDER, REPORTS = "/srv/clients", "/srv/reports"


def memo_of(client: str) -> dg.AssetsDefinition:
    """The memo of one client; the run folder is replaced when the run is whole."""

    @dg.asset(name=f"memo_{client}")
    def memo(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
        command = ["playbook", "run", f"{FOLDER}/{client}", "--out", f"{REPORTS}/{client}"]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        context.log.info(done.stdout)
        return dg.MaterializeResult(metadata={"memo": dg.MetadataValue.path(f"{REPORTS}/{client}/report.html")})

    return memo


memos = [memo_of(client) for client in CLIENTS]
job = dg.define_asset_job("monthly_memos", selection=memos)
defs = dg.Definitions(assets=memos, schedules=[dg.ScheduleDefinition(job=job, cron_schedule="0 6 2 * *")])
