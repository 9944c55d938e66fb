"""Column mappings of known exports, one TOML file each in `presets/`; client.toml's own keys come first."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import Any

from referral_playbook.contract.client_toml.client import Client, TableSpec
from referral_playbook.contract.client_toml.problems import did_you_mean
from referral_playbook.intake.faults import Fault, Faults

ABOUT = ("table", "about", "source", "layout", "recognise", "documented")
"""Keys of a preset that describe it; all others are keys of a table in client.toml."""


def preset_names() -> tuple[str, ...]:
    """The names that `preset = "..."` may have.

    Examples
    --------
    >>> "stripe_payments" in preset_names()
    True
    """
    folder = files("referral_playbook.intake") / "presets"
    return tuple(sorted(f.name.removesuffix(".toml") for f in folder.iterdir() if f.name.endswith(".toml")))


def preset(name: str) -> dict[str, Any]:
    """One preset as its file says it: the keys in `ABOUT`, then keys of a table in client.toml."""
    path = files("referral_playbook.intake") / "presets" / f"{name}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def with_preset(client: Client, table: str, spec: TableSpec, faults: Faults) -> TableSpec:
    """The table's own keys over those of its preset; without a preset the spec itself."""
    if spec.preset is None:
        return spec
    if spec.preset not in preset_names():
        _refuse(client, table, spec, "no such preset", did_you_mean(spec.preset, preset_names()), faults)
        return spec
    known = preset(spec.preset)
    if known["table"] != table:
        problem = f"this preset is for {known['table']}, not for {table}"
        _refuse(client, table, spec, problem, f"Move it to [tables.{known['table']}] or remove it", faults)
        return spec
    base = {key: value for key, value in known.items() if key not in ABOUT}
    return spec.over(TableSpec.model_validate({"file": spec.file, **base}))


def _refuse(client: Client, table: str, spec: TableSpec, problem: str, fix: str, faults: Faults) -> None:
    faults.add(Fault(file=str(client.file.name), table=table, value=spec.preset, problem=problem, fix=fix))
