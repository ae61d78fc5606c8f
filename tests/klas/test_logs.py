"""Log lines: JSON, with the request's id, and without anything about a person."""

import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import structlog

from klas import logs

PERSON = "19121212-1212"


Read = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def read(capsys: pytest.CaptureFixture[str]) -> Iterator[Read]:
    """Returns the log lines since it was last called, parsed."""
    before = logging.getLogger().handlers[:]
    logs.configure({})
    structlog.contextvars.clear_contextvars()

    yield lambda: [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    structlog.contextvars.clear_contextvars()
    logging.getLogger().handlers[:] = before


def test_a_line_is_json_with_time_level_and_request_id(read: Read) -> None:
    structlog.contextvars.bind_contextvars(request_id="abc")
    structlog.get_logger("klas.test").info("letter_sent", ms=12)
    (line,) = read()
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "letter_sent",
        "level": "info",
        "logger": "klas.test",
        "request_id": "abc",
        "ms": 12,
    }


def test_lines_of_other_libraries_get_the_same_form(read: Read) -> None:
    structlog.contextvars.bind_contextvars(request_id="abc")
    logging.getLogger("some.library").warning("slow %s", "disk")
    (line,) = read()
    assert (line["event"], line["request_id"]) == ("slow disk", "abc")


@pytest.mark.parametrize("name", ["klas.test", "some.library"])
def test_an_error_tells_its_type_and_place_but_not_its_text(read: Read, name: str) -> None:
    try:
        raise ValueError(f"Key (number)=({PERSON}) already exists")
    except ValueError:
        logging.getLogger(name).exception("failed")
    (line,) = read()
    assert line["exception"] == "builtins.ValueError"
    assert "test_logs.py" in line["trace"][-1]
    assert PERSON not in json.dumps(line)


def test_djangos_own_request_lines_which_carry_the_path_are_silent(read: Read) -> None:
    for name in ("django.request", "django.server"):
        logging.getLogger(name).error("Internal Server Error: /personer/%s", PERSON)
    assert read() == []
