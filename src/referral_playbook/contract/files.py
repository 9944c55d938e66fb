"""Write a file whole or not at all."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


@contextmanager
def writing(path: Path) -> Iterator[Path]:
    """A place beside `path` to write to, which is moved there after the block, so that no reader sees half a file."""
    beside = path.with_name(f"{path.name}.part")
    yield beside
    os.replace(beside, path)


def write_whole(path: Path, content: bytes | str) -> Path:
    """Write bytes, or text as UTF-8, whole; return the path."""
    with writing(path) as beside:
        beside.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
    return path


def write_json(path: Path, value: Any, *, default: Callable[[Any], Any] | None = None) -> Path:
    """Write a JSON value whole: the same value gives the same bytes. NaN and infinity are refused (ValueError)."""
    return write_whole(path, json.dumps(value, indent=1, ensure_ascii=False, allow_nan=False, default=default) + "\n")
