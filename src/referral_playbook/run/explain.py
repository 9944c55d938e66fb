"""`playbook explain`: what a number is, how it is computed, and what a client's value stands on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from referral_playbook.contract.client_toml.problems import CommandFaultError, did_you_mean
from referral_playbook.contract.estimate import Estimate
from referral_playbook.contract.evidence import StepResult
from referral_playbook.contract.handover import load_all
from referral_playbook.contract.names import STEPS
from referral_playbook.contract.quantities import Quantity, quantities
from referral_playbook.contract.session import opened_session
from referral_playbook.contract.settings.declarations import Declaration, declarations
from referral_playbook.contract.writing.formatting import interval
from referral_playbook.run.client.manifest import read_manifest
from referral_playbook.run.client.run_client import default_out
from referral_playbook.show.words import OUTCOME, escaped, title

Results = dict[str, StepResult]


class UnknownNameError(CommandFaultError):
    """There is neither a number nor a parameter of this name; the message has the nearest."""


class Explanation(str):
    """The text of an explanation; a notebook shows its lines as they stand."""

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        first, *rest = str(self).split("\n")
        return f"<p><b>{escaped(first)}</b></p>" + "".join(f"<p>{escaped(line)}</p>" for line in rest)


def explained(name: str, client: str | Path | None = None) -> Explanation:
    """Explain a number in a notebook or a program; in a live session the client is the one that the notebook opened."""
    return Explanation("\n".join(explanation(name, client or opened_session())))


def explanation(name: str, client: str | Path | None = None) -> Iterator[str]:
    """Explain a number, a parameter, a check or a table, line by line.

    A name that nothing has raises UnknownNameError.

    `name` is such as ``unit_contribution``, ``break_even.unit_contribution`` or ``go``; with a `client` (a client
    folder that was run, or a run folder) also a check or a table in a result file, such as ``break_even.gate``, and
    this client's values and inputs are shown.
    """
    step, _, short = name.rpartition(".")
    quantity, parameter = quantities().get(short), declarations().get(short)
    results = {} if client is None else _results(Path(client))
    others = list(_checks_and_tables(name, step, short, results)) if not step or step in STEPS else []
    if (quantity is None and parameter is None and not others) or (step and step not in STEPS):
        names = [*quantities(), *declarations(), *(c.name for r in results.values() for c in r.checks)]
        names += [table for r in results.values() for table in r.tables]
        near = did_you_mean(step, STEPS) if step and step not in STEPS else did_you_mean(short, names)
        more = "" if client else " Name the client too where you ask about a check or a table of its results."
        raise UnknownNameError(f"{name}: there is no number and no parameter of this name. {near}{more}")
    return iter([*_lines(name, step or None, quantity, parameter, results), *others])


def _checks_and_tables(name: str, step: str, short: str, results: Results) -> Iterator[str]:
    """What a check says, and what a table of a result has in its columns."""
    for holder, result in results.items():
        if step not in ("", holder):
            continue
        for check in result.checks:
            if check.name == short:
                yield f"{name}: a check of step {title(holder)}; for this client: {OUTCOME[check.passed]}"
                yield f"  {check.text}"
        if (rows := result.tables.get(short)) is not None:
            columns = dict.fromkeys(column for row in rows for column in row)
            yield f"{name}: a table of step {title(holder)}, with {len(rows)} row{'' if len(rows) == 1 else 's'}"
            yield f"  Columns: {', '.join(map(title, columns)) or 'none for this client'}"


def _lines(
    name: str, step: str | None, quantity: Quantity | None, parameter: Declaration | None, results: Results
) -> Iterator[str]:
    if quantity is not None:
        yield f"{name}: {quantity.title}"
        yield f"  {quantity.meaning}"
        yield f"  Formula: {quantity.formula_text}"
        yield from _values(quantity, step, results)
        yield f"  Computed by: referral_playbook.{quantity.function}"
        yield f"  To measure it better: {quantity.better}"
    if parameter is not None:
        yield from _parameter(name, parameter, alone=quantity is None)


def _values(quantity: Quantity, step: str | None, results: Results) -> Iterator[str]:
    if not results:
        return
    estimates = {s: r.estimates[quantity.name] for s, r in results.items() if quantity.name in r.estimates}
    for holder, estimate in estimates.items():
        if step in (None, holder):
            yield f"  This client, step {holder}: {_said(estimate)}"
    if not estimates:
        yield "  This client's results do not have it."
    for name in quantity.inputs:
        value = _input(name, step, results)
        if value is not None:
            yield f"    from {title(name)} ({name}): {_said(value)}"


def _input(name: str, step: str | None, results: Results) -> Estimate | None:
    """The input as the step itself has it, else as the first step that computed it."""
    own = results.get(step or "")
    if own is not None and name in own.estimates:
        return own.estimates[name]
    return next((r.estimates[name] for r in results.values() if name in r.estimates), None)


def _said(estimate: Estimate) -> str:
    if not estimate.defined:
        return f"not known: {estimate.reason}"
    return f"{interval(estimate)} per {estimate.per}, {estimate.basis.value}; source: {estimate.source or 'not stated'}"


def _parameter(name: str, parameter: Declaration, *, alone: bool) -> Iterator[str]:
    if alone:
        yield f"{name}: {parameter.meaning[:1].upper()}{parameter.meaning[1:]}"
    where = "every step that uses it" if parameter.shared else f"the step {', '.join(parameter.steps)}"
    allowed = ", ".join(part for part in (parameter.kind_in_words, parameter.bounds, parameter.unit) if part)
    default = f"by default {parameter.empty}" if parameter.default is None else f"the default is {parameter.default!r}"
    yield f"  You can set it for {where}: {parameter.name} is {allowed}; {default}."
    yield f"  In client.toml under [parameters], or for one run: --set {parameter.name}=VALUE"


def _results(place: Path) -> Results:
    folder = place if read_manifest(place) is not None or (place / "results").is_dir() else default_out(place)
    return load_all(folder / "results")
