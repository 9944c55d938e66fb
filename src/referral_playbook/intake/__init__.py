"""Exports into validated tables: strict reading, column mapping, faults."""

from referral_playbook.intake.faults import Fault, IntakeError
from referral_playbook.intake.tables import Intake, read_client_tables, write_tables

__all__ = ["Fault", "Intake", "IntakeError", "read_client_tables", "write_tables"]
