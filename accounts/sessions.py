"""The session store: in the database, so that an ended session is dead in every process at once.

Rows are found by a hash of the key that the browser has: who has read the database cannot go on in
anybody's session. A session ends when nobody has used it for a while, and a number of hours after
the person signed in, whatever happens (`policy.session_idle_minutes`, `session_hours`).
"""

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib.auth import SESSION_KEY as USER_KEY
from django.contrib.sessions.backends import db
from django.utils import timezone

from accounts.models import PersonSession
from klas.policy import policy

# When the person signed in, and from where; written at sign-in.
STARTED_KEY, AGENT_KEY, ADDRESS_KEY = "started_at", "user_agent", "address"


class SessionStore(db.SessionStore):
    """Django's own, with the columns of `PersonSession` and the two limits."""

    last_used_at: datetime | None = None

    @classmethod
    def get_model_class(cls) -> type[PersonSession]:
        return PersonSession

    @property
    def row_key(self) -> str:
        """What its row is found by."""
        return hashed(self.session_key or "")

    def load(self) -> dict[str, Any]:
        row = PersonSession.objects.alive().filter(session_key=self.row_key).first()
        if row is None:
            self._session_key = None
            return {}
        self.last_used_at = row.last_used_at
        return self.decode(row.session_data)

    def exists(self, session_key: str) -> bool:
        return super().exists(hashed(session_key))

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key is not None:
            PersonSession.objects.filter(session_key=hashed(key)).delete()

    def create_model_instance(self, data: dict[str, Any]) -> PersonSession:
        now = timezone.now()
        if USER_KEY in data:
            data.setdefault(STARTED_KEY, now.timestamp())
        self.last_used_at = now
        self._get_or_create_session_key()  # type: ignore[attr-defined]
        return PersonSession(
            session_key=self.row_key,
            session_data=self.encode(data),
            user_id=data.get(USER_KEY),
            started_at=_started_at(data) or now,
            last_used_at=now,
            expire_date=(_started_at(data) or now) + timedelta(hours=policy.session_hours),
            user_agent=data.get(AGENT_KEY, ""),
            address=data.get(ADDRESS_KEY),
        )

    def touch(self) -> None:
        """Somebody uses it: that is written once a minute at most."""
        now = timezone.now()
        if self.last_used_at and now - self.last_used_at >= policy.session_used_written_every:
            PersonSession.objects.filter(session_key=self.row_key).update(last_used_at=now)
            self.last_used_at = now

    def ends_at(self) -> datetime | None:
        """When it ends if nobody uses it; None when nobody is signed in."""
        last = self.last_at()
        if last is None or self.last_used_at is None:
            return None
        return min(self.last_used_at + timedelta(minutes=policy.session_idle_minutes), last)

    def last_at(self) -> datetime | None:
        """When it ends whatever happens; None when nobody is signed in."""
        data = self._get_session()  # type: ignore[attr-defined]
        started = _started_at(data) if USER_KEY in data else None
        return started and started + timedelta(hours=policy.session_hours)


def hashed(session_key: str) -> str:
    """What the row of a session is found by."""
    return hashlib.sha256(session_key.encode()).hexdigest()


def _started_at(data: dict[str, Any]) -> datetime | None:
    started = data.get(STARTED_KEY)
    return None if started is None else datetime.fromtimestamp(started, tz=UTC)
