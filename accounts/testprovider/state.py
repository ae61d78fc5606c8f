"""What the test provider remembers while it runs."""

import secrets
import threading
import time
from dataclasses import dataclass, field

from joserfc.jwk import ECKey

from accounts.testprovider.faults import Fault
from accounts.testprovider.people import Chosen

CODE_SECONDS = 60


@dataclass(frozen=True)
class Grant:
    """What a code, and then an access token, stands for."""

    provider: str
    person: Chosen
    client_id: str
    redirect_uri: str
    challenge: str
    nonce: str
    acr_values: str
    auth_time: int
    fault: Fault
    given: float = field(default_factory=time.time)


class State:
    """Codes, tokens, who is signed in, and keys. Threads share it: each method takes the lock."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._codes: dict[str, Grant] = {}
        self._tokens: dict[str, Grant] = {}
        self._signed_in: dict[str, tuple[Chosen, int]] = {}
        self._used: set[str] = set()
        self._keys = [_new_key()]
        self.ends = threading.Event()

    def give_code(self, grant: Grant) -> str:
        """A code that can be exchanged once."""
        code = secrets.token_urlsafe(24)
        with self._lock:
            self._codes[code] = grant
        return code

    def take_code(self, code: str) -> Grant | None:
        """What the code stands for; it cannot be used again."""
        with self._lock:
            grant = self._codes.pop(code, None)
        return grant if grant and time.time() - grant.given <= CODE_SECONDS else None

    def give_token(self, grant: Grant) -> str:
        """An access token for userinfo."""
        token = secrets.token_urlsafe(24)
        with self._lock:
            self._tokens[token] = grant
        return token

    def granted(self, token: str) -> Grant | None:
        """What an access token stands for."""
        with self._lock:
            return self._tokens.get(token)

    def sign_in(self, person: Chosen) -> str:
        """Remember that somebody is signed in here; returns the cookie's value."""
        session = secrets.token_urlsafe(24)
        with self._lock:
            self._signed_in[session] = (person, int(time.time()))
        return session

    def signed_in(self, session: str) -> tuple[Chosen, int] | None:
        """Who is signed in with that cookie, and since when."""
        with self._lock:
            return self._signed_in.get(session)

    def sign_out(self, session: str) -> None:
        """Forget who was signed in."""
        with self._lock:
            self._signed_in.pop(session, None)

    def use_once(self, assertion_id: str) -> bool:
        """Whether that assertion has not been seen before."""
        with self._lock:
            is_new = bool(assertion_id) and assertion_id not in self._used
            self._used.add(assertion_id)
        return is_new

    def key(self, *, rotated: bool = False) -> ECKey:
        """The key to sign with; `rotated`: a new one from now on."""
        with self._lock:
            if rotated:
                self._keys.append(_new_key())
            return self._keys[-1]

    def public_keys(self) -> dict[str, object]:
        """What the provider publishes: the newest two."""
        with self._lock:
            newest = self._keys[-2:]
        return {"keys": [{**key.as_dict(private=False), "use": "sig"} for key in newest]}


def _new_key() -> ECKey:
    key = ECKey.generate_key("P-256")
    key.ensure_kid()
    return key
