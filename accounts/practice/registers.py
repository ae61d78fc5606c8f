"""Registers of licensed professions: HOSP for people's health care, and the veterinarians'.

A register answers one question: what does it say about this person (an HSA-id)? Which registers
there are is configured (`settings.KLAS_REGISTERS`): a path to a CSV file, or an HTTP address.
"""

import csv
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Protocol
from urllib.parse import quote

import pybreaker
import requests
from django.conf import settings
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry

from accounts.enums import Profession

CONNECT_SECONDS, READ_SECONDS = 2, 4
TRIES = 3
# After so many failed questions in a row nobody is asked for a while: the answer is "down" at once.
FAILURES, REST_SECONDS = 3, 30


class RegisterDown(Exception):
    """The register gives no answer that can be relied on."""


@dataclass(frozen=True)
class Entry:
    """What a register says about a person.

    Attributes:
        prescriber_code: seven digits, or "" for professions that have none.
        valid: the licence holds today; False when it has been withdrawn.
    """

    profession: Profession
    prescriber_code: str
    valid: bool


class Register(Protocol):
    """Somebody who knows which licences hold."""

    def ask(self, subject: str) -> Entry | None:
        """What is said about the person, or None when they are not in it.

        Raises:
            RegisterDown: no answer was had.
        """
        ...


@dataclass(frozen=True)
class CsvRegister:
    """A file with the columns `hsa_id,profession,prescriber_code,valid` (yes or no), in UTF-8.

    It is read again when it has changed.
    """

    path: Path

    def ask(self, subject: str) -> Entry | None:
        try:
            return _entries(self.path, self.path.stat().st_mtime_ns).get(subject)
        except (OSError, ValueError, KeyError) as error:
            raise RegisterDown(f"{self.path.name}: {type(error).__name__}") from error


@lru_cache(maxsize=4)
def _entries(path: Path, changed: int) -> dict[str, Entry]:
    """The file as it was at its time of change `changed`."""
    with path.open(encoding="utf-8", newline="") as file:
        return {
            row["hsa_id"]: Entry(
                Profession(row["profession"]),
                row["prescriber_code"],
                {"yes": True, "no": False}[row["valid"]],
            )
            for row in csv.DictReader(file)
        }


class HttpRegister:
    """A service that answers `GET <address>/<hsa-id>` with JSON, 404 for who is not in it.

    The answer has `profession` (a value of `Profession`), `prescriber_code` and `valid`. A
    question has a time limit and is put anew when the service stumbles; one that fails time after
    time is left alone for a while (a circuit breaker, one for each process).
    """

    def __init__(self, address: str, *, certificate: str = "") -> None:
        self.address = address.rstrip("/")
        self.session = requests.Session()
        self.session.trust_env = False  # a proxy of the environment is not asked who is licensed
        self.session.cert = certificate or None
        retry = Retry(
            total=TRIES - 1, backoff_factor=0.2, status_forcelist=(502, 503, 504), redirect=0
        )
        self.session.mount(self.address, HTTPAdapter(max_retries=retry))
        self.breaker = pybreaker.CircuitBreaker(fail_max=FAILURES, reset_timeout=REST_SECONDS)

    def ask(self, subject: str) -> Entry | None:
        try:
            # By `calling` and not `call`, whose answer has no type.
            with self.breaker.calling():
                return self._ask(subject)
        except pybreaker.CircuitBreakerError as error:
            raise RegisterDown("left alone for a while") from error
        except (requests.RequestException, ValueError, KeyError, TypeError) as error:
            raise RegisterDown(type(error).__name__) from error

    def _ask(self, subject: str) -> Entry | None:
        answer = self.session.get(
            f"{self.address}/{quote(subject, safe='')}",
            timeout=(CONNECT_SECONDS, READ_SECONDS),
            allow_redirects=False,
        )
        if answer.status_code == requests.codes.not_found:
            return None
        if answer.status_code != requests.codes.ok:
            raise requests.HTTPError(f"status {answer.status_code}")
        said = answer.json()
        if not isinstance(said["valid"], bool):
            raise TypeError("valid is neither true nor false")
        return Entry(Profession(said["profession"]), str(said["prescriber_code"]), said["valid"])


def registers() -> tuple[Register, ...]:
    """The configured registers; with none, the person's own row is what counts."""
    return tuple(_register(where) for where in settings.KLAS_REGISTERS)


@cache
def _register(where: str) -> Register:
    """One object for each, for as long as the process lives: it remembers how the service fares."""
    if where.startswith(("https://", "http://")):
        return HttpRegister(where, certificate=settings.KLAS_REGISTER_CERTIFICATE)
    return CsvRegister(Path(where))
