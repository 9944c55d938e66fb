"""Run every client at the start of the month and mail the owner when a task fails: copy into Airflow's dags folder."""

from __future__ import annotations

from datetime import datetime

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

CLIENTS = ("acme", "brightdesk")
FOLDER, REPORTS = "/srv/clients", "/srv/reports"

with DAG(
    "referral_playbook",
    schedule="0 6 2 * *",
    start_date=datetime(2026, 1, 1),
    catchup=False,
    default_args={"email": ["team@example.org"], "email_on_failure": True},
):
    for client in CLIENTS:
        check = BashOperator(task_id=f"check_{client}", bash_command=f"playbook check {FOLDER}/{client}")
        run = BashOperator(
            task_id=f"run_{client}", bash_command=f"playbook run {FOLDER}/{client} --out {REPORTS}/{client}"
        )
        check >> run
