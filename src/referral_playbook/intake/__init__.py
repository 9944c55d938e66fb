"""Exports into validated tables: strict reading, column mapping, faults."""
