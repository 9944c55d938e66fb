"""The line of a key, whatever the way TOML allows to write it."""

from __future__ import annotations

import time
import tomllib

import pytest

from referral_playbook.contract.client_toml.toml_lines import line_in_message, line_of, lines_of_keys

TEXT = """\
# a comment with name = "no"
name = "A [tables.customers] that is not one"
story = '''
file = "not a key"
'''

[tables.customers]   # the section
file = "customers.csv"
"quoted key" = 1
columns = { customer_id = "ID", joined_on = "Since" }
words = [
  "a",
  "b",
]
values.status.active = ["Stayed"]

[parameters]
rate = 0.1
"""


def test_every_key_has_its_own_line() -> None:
    found = lines_of_keys(TEXT)
    assert found[("name",)] == 2
    assert found[("story",)] == 3
    assert found[("tables", "customers")] == 7
    assert found[("tables", "customers", "file")] == 8
    assert found[("tables", "customers", "quoted key")] == 9
    assert found[("tables", "customers", "columns", "joined_on")] == 10
    assert found[("tables", "customers", "words")] == 11
    assert found[("tables", "customers", "values", "status", "active")] == 15
    assert found[("parameters", "rate")] == 18


def test_a_key_that_is_missing_stands_where_its_section_does() -> None:
    found = lines_of_keys(TEXT)
    assert line_of(("tables", "customers", "join", "on"), found) == 7
    assert line_of(("as_of",), found) is None


@pytest.mark.parametrize(
    ("text", "line"), [("a = 1\nb = = 2\nc = 3\n", 2), ('a = 1\nb = "open\n', 2), ("a = [\n1,\n", 2)]
)
def test_the_line_of_broken_toml(text: str, line: int) -> None:
    with pytest.raises(tomllib.TOMLDecodeError) as caught:
        tomllib.loads(text)
    assert line_in_message(caught.value, text) == line


def test_many_keys_are_found_in_one_pass() -> None:
    text = "[parameters]\n" + "\n".join(f"key_{i} = {i}" for i in range(5_000))
    begin = time.process_time()
    found = lines_of_keys(text)
    assert found[("parameters", "key_4999")] == 5_001
    assert time.process_time() - begin < 5
