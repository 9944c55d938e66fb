"""What can be wrong with the lines of a CSV file, and what to do about it."""

from __future__ import annotations

import codecs
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from referral_playbook.contract.client_toml.toml_text import literal
from referral_playbook.intake.faults import SHOWN, Fault
from referral_playbook.intake.files import limits
from referral_playbook.intake.files.form import Form

MARKS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar"}
OTHER_ENCODINGS = ("cp1252", "cp1250", "cp1251", "mac_roman")
ONE_BYTE = ("cp1252", "cp1250", "iso8859-1", "iso8859-15", "mac-roman")
SHOWN_LINES = 50
KNOWN_AS = {
    "cp1252": "Windows in Western Europe",
    "cp1250": "Windows in Central Europe",
    "cp1251": "Windows with Cyrillic",
    "mac_roman": "an old Mac",
    "utf-16": "Excel's Unicode text",
}


def undecodable(path: Path, name: str, table: str, encoding: str) -> Fault:
    """The first byte that is not of the encoding, or that there is no such encoding."""
    data = path.read_bytes()
    try:
        data.decode(encoding)
        problem = f"the file is not {encoding} text: it lacks the mark at its beginning"
        fix = 'Remove encoding from client.toml for UTF-8, or declare encoding = "utf-16-le"'
        return Fault(file=name, table=table, line=1, problem=problem, fix=fix)
    except LookupError:
        fix = 'Use a name such as "utf-8-sig", "cp1252" or "latin-1"'
        return Fault(file=name, table=table, value=encoding, problem="no such encoding", fix=fix)
    except UnicodeError as error:
        start = getattr(error, "start", 0)
        return Fault(
            file=name,
            table=table,
            line=data[:start].count(b"\n") + 1,
            value=repr(data[start : start + 1]),
            problem=f"this byte is not {encoding} text",
            fix=_other_encoding(data, start),
        )


def _other_encoding(data: bytes, start: int) -> str:
    """The encoding to declare, with the word in which the byte stands as it would read."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return 'The file is UTF-16, as Excel saves "Unicode text": declare encoding = "utf-16" in client.toml'
    begin = max(data.rfind(mark, 0, start) for mark in b' ,;\t\n"|') + 1
    end = next((at for at in range(start, len(data)) if data[at : at + 1] in b' ,;\t\r\n"|'), len(data))
    ways = []
    for encoding in OTHER_ENCODINGS:
        try:
            ways.append((encoding, data[begin:end].decode(encoding)))
        except UnicodeError:
            continue
    proposals = "; ".join(f'encoding = "{name}" ({KNOWN_AS[name]}) reads {word!r}' for name, word in ways[:3])
    return f"Declare the encoding that reads this word as it should be: {proposals}. Or export as UTF-8"


@dataclass(frozen=True)
class Damage:
    """One way in which a file can be damaged: what is wrong, and what to do about it."""

    problem: str
    fix: str

    def fault(self, name: str, table: str, line: int | None = None, what: object = "") -> Fault:
        """This damage in a file; `what` is a number or a reason that the message names."""
        problem, fix = self.problem.format(what=what), self.fix.format(table=table)
        return Fault(file=name, table=table, line=line, problem=problem, fix=fix)


EMPTY = Damage("the file is empty", "Export it again, with its header")
NO_ROWS = Damage("the file has a header but no rows", "Export it again, or remove [tables.{table}] from client.toml")
UNEVEN_HEADER = Damage(
    "the lines of the header have different widths",
    "Check header_lines in [tables.{table}]; or skip all but one of its lines: skip_lines = [2]",
)
NUL = Damage(
    "a NUL character, which no text has",
    'If the file is UTF-16, declare encoding = "utf-16" in client.toml; else the file is damaged: export it again',
)
ENDLESS_LINE = Damage(f"a line of more than {limits.LONGEST_LINE >> 20} MB", "The file is damaged: export it again")
MANY_BLANKS = Damage(f"more than {limits.MOST_BLANK_LINES:,} blank lines", "Remove them, or export the file again")
MANY_COLUMNS = Damage(
    f"{{what:,}} columns, and at most {limits.MOST_COLUMNS:,} are read",
    "Export only the columns that the playbook needs",
)
QUOTES = 'A value in quotes ends with a quote before the next delimiter; a quote within it is doubled: "5"" pipe"'
BROKEN = Damage("quotes are not in order in the row that begins here ({what})", QUOTES)


def bare_quotes(lines: list[int], name: str, table: str) -> list[Fault]:
    """Quotes within fields that are not in quotes: programs disagree on where such a field ends."""
    fix = 'Put the whole value in quotes and double the quote within it: "5"" pipe"; no blank may stand before a quote'
    problem = "a quote inside a field that is not in quotes"
    return _first_few(lines, lambda line: problem, fix, name, table)


def wrong_width(wrong: list[tuple[int, int]], headers: list[str], name: str, table: str, mark: str) -> list[Fault]:
    """Rows with more or fewer fields than the header."""
    widths = dict(wrong)
    fix = (
        f"A {MARKS.get(mark, repr(mark))} within a value needs quotes around the value; a line break too. "
        "Export again or correct the line"
    )
    return _first_few(
        list(widths), lambda line: f"{widths[line]} fields, but the header has {len(headers)}", fix, name, table
    )


def _first_few(lines: list[int], problem: Callable[[int], str], fix: str, name: str, table: str) -> list[Fault]:
    shown = lines[:SHOWN]
    return [
        Fault(
            file=name,
            table=table,
            line=line,
            problem=problem(line),
            fix=fix,
            more=len(lines) - len(shown) if line == shown[-1] else 0,
        )
        for line in shown
    ]


def other_delimiter(headers: list[str], form: Form) -> str | None:
    """The delimiter that would give the headers which are looked for, or more than one field."""
    whole = form.delimiter.join(headers)
    marks = [mark for mark in (";", "\t", "|", ",") if mark != form.delimiter and mark in whole]
    fitting = [mark for mark in marks if form.wanted & {part.strip().strip('"') for part in whole.split(mark)}]
    return next(iter(fitting or (marks if len(headers) == 1 else [])), None)


def delimiter(name: str, table: str, mark: str) -> Fault:
    """A file whose columns are separated by another sign than the declared one."""
    fix = f"Declare it in [tables.{table}]: delimiter = {literal(mark)}"
    problem = f"the columns are separated by a {MARKS[mark]}, so the whole header is one field"
    return Fault(file=name, table=table, line=1, problem=problem, fix=fix)


def later_header(head: list[tuple[int, list[str]]], form: Form) -> int | None:
    """The line of the first rows that has most of the headers which are looked for."""
    scores = {line: len(form.wanted & {cell.strip() for cell in row}) for line, row in head}
    best = max(scores, key=lambda line: scores[line], default=None)
    return best if best is not None and scores[best] else None


def header_below(name: str, table: str, line: int, first: list[str]) -> Fault:
    """A file with a title above its header."""
    shown = next((cell.strip() for cell in first if cell.strip()), "")[:60]
    fix = f"Declare it in [tables.{table}]: skip_lines = {line - 1}"
    problem = f"the header seems to stand in line {line}, under a title ({shown!r})"
    return Fault(file=name, table=table, line=line, problem=problem, fix=fix)


def header_again(name: str, table: str, lines: list[int], form: Form) -> Fault:
    """A file that was put together from several, each with its header."""
    skip = [*range(1, form.skipped + 1), *sorted(form.dropped), *lines[:SHOWN_LINES]]
    fix = f"Declare these lines as no rows in [tables.{table}]: skip_lines = {skip}"
    problem = "the header stands again among the rows" + (f", {len(lines):,} times" if len(lines) > 1 else "")
    return Fault(file=name, table=table, line=lines[0], problem=problem, fix=fix)


def _utf8_after_all(path: Path, encoding: str) -> bool:
    """Whether a file that is read as a Western encoding is UTF-8: its umlauts would become two signs each."""
    if codecs.lookup(encoding).name not in ONE_BYTE:
        return False
    with path.open("rb") as file:
        begin = file.read(1 << 20)
    try:
        return not begin[: begin.rfind(b"\n") + 1].decode("utf-8").isascii()
    except UnicodeDecodeError:
        return False


def doubtful(path: Path, name: str, table: str, blank: list[int], encoding: str) -> list[Fault]:
    """What does not stop the reading: blank rows, and a file that may be cut off."""
    out = []
    if blank:
        problem = f"{len(blank):,} {'row has' if len(blank) == 1 else 'rows have'} delimiters and nothing else"
        fix = "Such rows are left out"
        out.append(Fault(file=name, table=table, line=blank[0], problem=problem, fix=fix, severity="warning"))
    if _utf8_after_all(path, encoding):
        problem = f"the file is UTF-8, but it is read as {encoding}, so its letters with accents come out wrong"
        fix = f"Remove encoding from [tables.{table}]"
        out.append(Fault(file=name, table=table, problem=problem, fix=fix, severity="warning"))
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 4))
        end = file.read().rstrip(b"\0")
    if not end.endswith((b"\n", b"\r")):
        problem = "the file does not end with a line break, so it may be cut off"
        fix = "Check that its last row is whole; export it again if not"
        out.append(Fault(file=name, table=table, problem=problem, fix=fix, severity="warning"))
    return out
