"""A survey with one column per question: each answer becomes a row of its own."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from referral_playbook.contract.client_toml.client import TableSpec
from referral_playbook.contract.tables import Table
from referral_playbook.intake.declared.mapping import nearest
from referral_playbook.intake.faults import Fault, Faults
from referral_playbook.intake.files.source import Source, constant, stacked


def one_row_per_answer(table: Table, spec: TableSpec, source: Source, faults: Faults) -> Source:
    """Each row once for each question, with `question` and `answer` made; empty answers are left out later."""
    asked = {question: header for question, header in spec.questions.items() if header}
    if not asked:
        return source
    columns = {question: source.find(header) for question, header in asked.items()}
    for question, header in asked.items():
        if columns[question] is None:
            problem = f"no such header (the answers to {question})"
            fix = nearest(header, source)
            faults.add(Fault(file=source.file, table=table.name, column=header, line=1, problem=problem, fix=fix))
    answers = {question: cells for question, cells in columns.items() if cells is not None}
    if len(answers) < len(asked):
        return source
    asked_of = [constant(question, cells.place, source.rows) for question, cells in answers.items()]
    by_row = np.arange(len(answers) * source.rows).reshape(len(answers), -1).T.ravel()
    made = {"question": stacked(asked_of).take(by_row), "answer": stacked(list(answers.values())).take(by_row)}
    return replace(source.take(by_row % source.rows), made=made)
