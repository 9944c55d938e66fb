"""The house rules that a reader relies on: direction of imports, one name a step, the shape of a notebook."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path
from statistics import median

import nbformat
import pytest
import yaml

from referral_playbook.contract.names import STEPS

ROOT = Path(__file__).resolve().parents[1]
SRC = ROOT / "src" / "referral_playbook"
NOTEBOOKS = sorted((ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb"))
EVERY_NOTEBOOK = sorted((ROOT / "notebooks").glob("*.ipynb"))  # those that stand alone, without a client, too

MAY_IMPORT = {
    "contract": set(),
    "intake": {"contract"},
    "facts": {"contract", "intake"},
    "methods": {"contract"},
    "benchmarks": {"contract"},
    "domain": {"contract", "facts", "methods", "benchmarks"},
    "steps": {"contract", "facts", "methods", "benchmarks", "domain"},
    "show": {"contract"},
    "run": {"contract", "intake", "facts", "show"},
    "simulate": {"contract"},
    "challenge": {"contract", "facts", "methods", "benchmarks", "domain", "steps", "show"},
    "api": {"contract", "facts", "run"},
    "cli": {"contract", "intake", "facts", "benchmarks", "show", "run", "challenge"},
}


def _house_imports(path: Path) -> set[str]:
    """The rooms of ours that a module imports, also inside functions."""
    rooms = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = []
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative imports hide the room"
            module = node.module or ""
            names = [f"{module}.{a.name}" for a in node.names] if module == "referral_playbook" else [module]
        elif isinstance(node, ast.Import):
            names = [a.name for a in node.names]
        rooms |= {n.split(".")[1] for n in names if n.startswith("referral_playbook.")}
    return rooms


def _room(path: Path) -> str:
    return path.relative_to(SRC).parts[0].removesuffix(".py")


@pytest.mark.parametrize("path", sorted(SRC.rglob("*.py")), ids=lambda p: str(p.relative_to(SRC)))
def test_imports_follow_the_arrows(path):
    room = _room(path)
    if room == "__init__":  # the front door; its imports are for type checkers alone
        assert _house_imports(path) <= {"api", "contract"}
        return
    strangers = _house_imports(path) - MAY_IMPORT[room] - {room}
    assert not strangers, f"{room} must not import {strangers}"


def test_steps_holds_the_eleven_steps_and_nothing_else():
    entries = {p.name for p in (SRC / "steps").iterdir() if p.name != "__pycache__"}
    assert entries == {*STEPS, "__init__.py"}


@pytest.mark.parametrize("path", sorted((SRC / "steps").rglob("*.py")), ids=lambda p: str(p.relative_to(SRC)))
def test_no_step_imports_another_step(path):
    own = path.relative_to(SRC / "steps").parts[0]
    others = set(STEPS) - {own}
    text = path.read_text(encoding="utf-8")
    assert not [step for step in others if f"referral_playbook.steps.{step}" in text]


MODULES = [p.relative_to(SRC) for p in sorted(SRC.rglob("*.py")) if not p.name.startswith("__")]
WITHOUT_A_TEST_FILE: dict[str, str] = {}
"""Modules that need no test file of their own, each with the reason."""


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_every_module_has_its_test_file_in_the_mirrored_room(module):
    test_file = ROOT / "tests" / module.parent / f"test_{module.name}"
    named = str(module) in WITHOUT_A_TEST_FILE
    assert test_file.is_file() != named, f"write {test_file.relative_to(ROOT)}, from real cases"


def test_every_room_is_in_the_arrows():
    rooms = {_room(p) for p in SRC.rglob("*.py")} - {"__init__"}
    assert rooms == set(MAY_IMPORT)


def test_environment_file_names_the_same_dependencies():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = set(project["dependencies"]) | set(project["optional-dependencies"]["test"])
    listed = yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]
    flat = [d for d in listed if isinstance(d, str)] + [d for x in listed if isinstance(x, dict) for d in x["pip"]]
    assert f"python{project['requires-python']}" in flat
    assert set(flat) - {f"python{project['requires-python']}", "pip", "--editable ."} == wanted


def test_lock_has_names_versions_hashes_and_no_address():
    text = (ROOT / "requirements.lock").read_text()
    assert "://" not in text
    pins = re.findall(r"^([A-Za-z0-9._-]+)==(\S+)", text, flags=re.M)
    assert len(pins) > 100
    assert all("--hash=sha256:" in block for block in re.split(r"^(?=[A-Za-z0-9])", text, flags=re.M) if "==" in block)
    locked = {name.lower().replace("_", "-") for name, _ in pins}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = [re.match(r"[A-Za-z0-9._-]+", d).group() for d in project["dependencies"]]
    assert {w.lower() for w in wanted} <= locked


def test_the_server_of_spark_is_locked_apart_and_of_its_clients_line():
    text = (ROOT / "requirements-spark.lock").read_text()
    assert "://" not in text
    (server,) = re.findall(r"^pyspark==(\d+\.\d+)\.\d+ \\\n +--hash=sha256:[0-9a-f]{64}$", text, flags=re.M)
    client = re.search(r"^pyspark-client==(\d+\.\d+)\.", (ROOT / "requirements.lock").read_text(), flags=re.M)
    assert server == client.group(1)


@pytest.mark.parametrize("step", STEPS)
def test_one_name_everywhere(step):
    """A step that is there is there everywhere: chapter, notebook, module, test."""
    number = f"{STEPS.index(step):02d}"
    assert (ROOT / "notebooks" / f"{number}_{step}.ipynb").is_file()
    assert (SRC / "steps" / step / "step.py").is_file()
    assert (ROOT / "tests" / "steps" / step / "test_step.py").is_file()
    assert (ROOT / "playbook" / f"{number}-{step.replace('_', '-')}.md").is_file()


def _code(notebook):
    return [c for c in notebook.cells if c.cell_type == "code"]


def _lines(cell) -> int:
    return len([line for line in cell.source.splitlines() if line.strip()])


@pytest.mark.parametrize("path", EVERY_NOTEBOOK, ids=lambda p: p.stem)
class TestNotebookShape:
    def test_length_and_small_cells(self, path):
        cells = nbformat.read(path, as_version=4).cells
        code = [c for c in cells if c.cell_type == "code"]
        assert 18 <= len(cells) <= 34
        assert median(_lines(c) for c in code) <= 4
        others = [c for c in code if "parameters" not in c.metadata.get("tags", [])]
        assert max(_lines(c) for c in others) <= 12

    def test_no_machinery_in_cells(self, path):
        for cell in _code(nbformat.read(path, as_version=4)):
            tree = ast.parse(cell.source)  # a magic or a shell line does not parse
            banned = (ast.FunctionDef, ast.For, ast.While, ast.Lambda, ast.ClassDef)
            assert not [n for n in ast.walk(tree) if isinstance(n, banned)], cell.source
            assert "filterwarnings" not in cell.source

    def test_parameters_are_typed_and_begin_with_the_folders(self, path):
        (cell,) = [c for c in _code(nbformat.read(path, as_version=4)) if "parameters" in c.metadata.get("tags", [])]
        body = ast.parse(cell.source).body
        assert all(isinstance(node, ast.AnnAssign) for node in body)
        if path in NOTEBOOKS:
            assert [node.target.id for node in body[:2]] == ["client_dir", "results_dir"]
        lines = [line for line in cell.source.splitlines() if ":" in line]
        assert all("#" in line for line in lines), "each parameter says its unit in a comment"

    def test_outputs_are_kept(self, path):
        code = _code(nbformat.read(path, as_version=4))
        assert all(c.execution_count for c in code)
        assert not [o for c in code for o in c.outputs if o.output_type == "error"]

    def test_it_records_what_it_found(self, path):
        sources = [c.source for c in _code(nbformat.read(path, as_version=4))]
        assert any("record(" in s for s in sources) == (path in NOTEBOOKS)
        assert any("assert " in s for s in sources)

    def test_prose_has_no_number_of_the_client(self, path):
        """Other clients' data run here: a percentage or an amount in the prose would be false for them."""
        prose = "\n".join(c.source for c in nbformat.read(path, as_version=4).cells if c.cell_type == "markdown")
        assert not re.findall(r"[£€$]\s?\d", prose)


def _long_functions(limit: int = 30):
    for path in sorted((ROOT / "src").rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        lines = text.splitlines()
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                body = node.body[1:] if ast.get_docstring(node, clean=False) else node.body
                first = body[0].lineno if body else node.end_lineno + 1
                code = [x.strip() for x in lines[first - 1 : node.end_lineno]]
                if sum(1 for x in code if x and not x.startswith("#")) > limit:
                    yield f"{path.relative_to(ROOT)}: {node.name}"


def test_no_function_has_more_than_30_lines_of_code_below_its_docstring():
    assert list(_long_functions()) == []


def test_no_module_has_more_than_400_lines():
    sizes = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in (ROOT / "src").rglob("*.py")}
    assert [f"{path.relative_to(ROOT)}: {size}" for path, size in sizes.items() if size > 400] == []
