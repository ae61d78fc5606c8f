"""Logs of every process: one JSON object per line on stderr.

A line tells what happened (`event`), when (UTC), where (`logger`, `request_id`) and never about
whom: Django's own request lines carry the path, and database errors carry values, so the first
are silenced (the request middleware logs the route's name instead) and of an error only its type
and its place in the code are kept.
"""

import logging
import logging.config
import sys
import traceback
from types import TracebackType
from typing import Any, TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

ExceptionInfo = tuple[type[BaseException], BaseException, TracebackType | None]

FRAMES_KEPT = 12


class StderrHandler(logging.Handler):
    """Writes to whatever stderr is now, not to what it was when logging was set up."""

    def emit(self, record: logging.LogRecord) -> None:
        stderr: TextIO | None = sys.stderr
        try:
            if stderr is not None:
                stderr.write(f"{self.format(record)}\n")
                stderr.flush()
        except Exception:  # a log line may never break the work it tells of
            self.handleError(record)


def configure(settings: dict[str, Any]) -> None:
    """Set up structlog and the standard library's logging; Django calls it with `LOGGING`.

    `settings` may hold a logging dictionary of the standard library that is laid over ours.
    """
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        exception_without_values,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {
                "json": {
                    "()": structlog.stdlib.ProcessorFormatter,
                    "foreign_pre_chain": shared,
                    "processors": [
                        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                        structlog.processors.JSONRenderer(ensure_ascii=False),
                    ],
                }
            },
            "handlers": {"stderr": {"()": StderrHandler, "formatter": "json"}},
            "root": {"handlers": ["stderr"], "level": "INFO"},
            "loggers": {
                # Their messages are built from paths and values: only our own lines may speak.
                "django.request": {"level": "CRITICAL"},
                "django.server": {"level": "CRITICAL"},
                "django.db.backends": {"level": "WARNING"},
                "django.security": {"level": "CRITICAL"},
                "fontTools": {"level": "WARNING"},
                "pikepdf": {"level": "WARNING"},
                "weasyprint": {"level": "ERROR"},
                # Job lines at INFO show the arguments; the arguments are keys, yet keep them out.
                "procrastinate": {"level": "WARNING"},
            },
            **settings,
        }
    )


def exception_without_values(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Replace `exc_info` by the error's type and where in the code it arose.

    The message and the local variables of an exception may hold a personnummer or clinical text
    ("Key (…)=(…) already exists"), so they are left out on purpose.
    """
    info = _exception_info(event.pop("exc_info", None))
    if info is not None:
        kind, error, trace = info
        event["exception"] = f"{kind.__module__}.{kind.__qualname__}"
        frames = traceback.extract_tb(trace)[-FRAMES_KEPT:]
        event["trace"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
        if error.__cause__ is not None:
            event["cause"] = type(error.__cause__).__qualname__
    return event


def _exception_info(value: Any) -> ExceptionInfo | None:
    if isinstance(value, BaseException):
        return type(value), value, value.__traceback__
    if isinstance(value, tuple) and value[0] is not None:
        return value
    if value:
        current = sys.exc_info()
        return current if current[0] is not None else None
    return None
