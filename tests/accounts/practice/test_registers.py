"""What the registers answer, over a real socket and from a real file."""

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from accounts.enums import Profession
from accounts.practice import registers
from accounts.practice.registers import CsvRegister, Entry, HttpRegister, RegisterDown

DOCTOR = "SE2321000016-A1"
SAID = {"profession": "doctor", "prescriber_code": "1234567", "valid": True}


class Service(ThreadingHTTPServer):
    """A register on loopback; `answers` is what it says, (status, body), the last one for good."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers: list[tuple[int, Any]] = [(200, SAID)]
        self.asked: list[str] = []
        self.sleep = 0.0

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/persons"


class Handler(BaseHTTPRequestHandler):
    server: Service

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        time.sleep(self.server.sleep)
        answers = self.server.answers
        status, body = answers.pop(0) if len(answers) > 1 else answers[0]
        text = body.encode() if isinstance(body, str) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_args: Any) -> None:
        """Silence."""


@pytest.fixture
def service() -> Iterator[Service]:
    server = Service()
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


class TestOverHttp:
    def test_what_it_says(self, service: Service) -> None:
        entry = HttpRegister(service.address).ask(DOCTOR)
        assert entry == Entry(Profession.DOCTOR, "1234567", True)
        assert service.asked == [f"/persons/{DOCTOR}"]

    def test_who_is_not_in_it(self, service: Service) -> None:
        service.answers = [(404, "")]
        assert HttpRegister(service.address).ask(DOCTOR) is None

    def test_an_id_cannot_lead_elsewhere(self, service: Service) -> None:
        HttpRegister(service.address).ask("../admin?x=1")
        assert service.asked == ["/persons/..%2Fadmin%3Fx%3D1"]

    def test_a_stumble_is_asked_anew(self, service: Service) -> None:
        service.answers = [(503, ""), (502, ""), (200, SAID)]
        assert HttpRegister(service.address).ask(DOCTOR)
        assert len(service.asked) == 3

    @pytest.mark.parametrize(
        "answer",
        [
            (500, "trasigt"),
            (302, ""),
            (200, "inte JSON"),
            (200, [1]),
            (200, {**SAID, "valid": "yes"}),
            (200, {**SAID, "profession": "rörmokare"}),
            (200, {"valid": True}),
        ],
    )
    def test_what_cannot_be_relied_on_is_no_answer(
        self, service: Service, answer: tuple[int, Any]
    ) -> None:
        service.answers = [answer]
        with pytest.raises(RegisterDown):
            HttpRegister(service.address).ask(DOCTOR)

    def test_one_that_is_slow(self, service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(registers, "READ_SECONDS", 0.1)
        monkeypatch.setattr(registers, "TRIES", 1)
        service.sleep = 0.5
        with pytest.raises(RegisterDown):
            HttpRegister(service.address).ask(DOCTOR)

    def test_one_that_is_away(self, service: Service) -> None:
        register = HttpRegister("http://127.0.0.1:9/persons")
        with pytest.raises(RegisterDown):
            register.ask(DOCTOR)

    def test_one_that_fails_is_left_alone_and_asked_again_later(
        self, service: Service, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(registers, "REST_SECONDS", 0.2)
        register = HttpRegister(service.address)
        service.answers = [(500, "")]
        for _ in range(registers.FAILURES):
            with pytest.raises(RegisterDown):
                register.ask(DOCTOR)
        asked = len(service.asked)
        service.answers = [(200, SAID)]
        with pytest.raises(RegisterDown, match="left alone"):
            register.ask(DOCTOR)
        assert len(service.asked) == asked
        time.sleep(0.25)
        assert register.ask(DOCTOR)


class TestInAFile:
    def test_it_is_read_again_when_it_has_changed(self, tmp_path: Path) -> None:
        file = tmp_path / "hosp.csv"
        head = "hsa_id,profession,prescriber_code,valid\n"
        file.write_text(f"{head}{DOCTOR},doctor,1234567,yes\n")
        register = CsvRegister(file)
        assert register.ask(DOCTOR) == Entry(Profession.DOCTOR, "1234567", True)
        assert register.ask("SE1-ANNAN") is None
        file.write_text(f"{head}{DOCTOR},doctor,1234567,no\n")
        entry = register.ask(DOCTOR)
        assert entry is not None
        assert not entry.valid

    @pytest.mark.parametrize("text", ["hsa_id,profession\nx,doctor\n", "\xff\xfe"])
    def test_a_file_that_cannot_be_read_is_no_answer(self, tmp_path: Path, text: str) -> None:
        file = tmp_path / "hosp.csv"
        file.write_bytes(text.encode("latin-1"))
        with pytest.raises(RegisterDown):
            CsvRegister(file).ask(DOCTOR)

    def test_no_file(self, tmp_path: Path) -> None:
        with pytest.raises(RegisterDown):
            CsvRegister(tmp_path / "none.csv").ask(DOCTOR)

    def test_the_example_file_knows_the_example_people(self, settings: Any) -> None:
        from accounts.demo import PEOPLE, subject_of

        register = CsvRegister(settings.BASE_DIR / "accounts" / "practice" / "example.csv")
        for person in PEOPLE:
            entry = register.ask(subject_of(person))
            if person.profession == Profession.NONE:
                assert entry is None
            else:
                expected = Entry(person.profession, person.prescriber_code, person.licensed)
                assert entry == expected
