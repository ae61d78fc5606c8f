"""E-mails that something waits in KLAS: whom they go to, and what has become of each.

`Notice.mail` is decided here only. A person's waiting notices share one e-mail. It is claimed in a
transaction of its own, sent with no transaction open, and then ticked off, so that no lock is held
while a mail server thinks. A claim that nobody ticks off (its worker died, or the server fell
silent in the middle) is taken again with the same Message-ID, by which a mailbox knows it again.
"""

import smtplib
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parseaddr

import structlog
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.db.models import Case, Exists, F, OuterRef, Q, Value, When
from django.urls import reverse

from accounts.models import User
from klas import clock
from klas.policy import policy
from notifications.enums import MailState, NoticeKind
from notifications.models import Notice
from notifications.queries import mail_groups
from notifications.words import group_of

logger = structlog.get_logger("notifications.mailing")

BACKEND = "django.core.mail.backends.smtp.EmailBackend"
MOST_ATTEMPTS = len(policy.mail_retry_minutes) + 1
# After these nobody knows whether the server took the e-mail.
_SILENCE = (smtplib.SMTPServerDisconnected, TimeoutError)

# Always in Swedish, like the letters; says nothing of what has happened, or to whom.
_BODY = """Hej!

{what}. Av sekretesskäl står det inte här vad det gäller.

Logga in för att läsa:
{notices_url}

Du får det här för att din e-postadress står i din profil i KLAS, tjänsten för
licenser för läkemedel. Du väljer själv vad du vill få e-post om:
{settings_url}

Det går inte att svara på det här meddelandet.
"""


def is_on() -> bool:
    """Whether this installation has a mail server."""
    return bool(settings.EMAIL_HOST)


def first_state(person: User, kind: NoticeKind) -> MailState:
    """Whether a notice of a kind is to be told of by e-mail too."""
    wanted = is_on() and bool(person.email) and group_of(kind) in mail_groups(person)
    return MailState.WAITING if wanted else MailState.NONE


@dataclass(frozen=True)
class Claim:
    """One e-mail that this worker, and no other, is to send; about no notices when there is none
    to send after all."""

    address: str
    notices: tuple[int, ...]
    message_id: str
    at: datetime


def send_waiting() -> int:
    """Send the e-mails that are due; returns how many."""
    if not is_on():
        return 0
    sent = 0
    _give_up_lost()
    while (claim := _claim()) is not None:
        if not claim.notices:
            continue
        try:
            _send(claim)
        except _SILENCE as error:
            # The claim stands, to be taken again as lost. The next e-mail would fare no better.
            _log("mail_unanswered", claim, error)
            break
        except Exception as error:  # one that fails must not stop the others
            _log("mail_failed", claim, error)
            _finish(claim, mail=_WAITING_OR_FAILED)
        else:
            _finish(claim, mail=Value(MailState.SENT), mailed_at=clock.now())
            sent += 1
    return sent


_WAITING_OR_FAILED = Case(
    When(mail_attempts__gte=MOST_ATTEMPTS, then=Value(MailState.FAILED)),
    default=Value(MailState.WAITING),
)


def _lost(now: datetime) -> Q:
    limit = now - timedelta(minutes=policy.mail_lost_after_minutes)
    return Q(mail=MailState.SENDING, mail_claimed_at__lte=limit)


def _due(now: datetime) -> Q:
    is_time = Q(mail_attempts=0)
    for attempts, minutes in enumerate(policy.mail_retry_minutes, start=1):
        limit = now - timedelta(minutes=minutes)
        is_time |= Q(mail_attempts=attempts, mail_claimed_at__lte=limit)
    return _lost(now) | (Q(mail=MailState.WAITING) & is_time)


def _give_up_lost() -> None:
    """Claims that were lost at the last attempt are not taken again."""
    lost = _lost(clock.now())
    Notice.objects.filter(lost, mail_attempts__gte=MOST_ATTEMPTS).update(mail=MailState.FAILED)


@transaction.atomic(durable=True)
def _claim() -> Claim | None:
    """Take the e-mail of a person for whom one is due; None when there is nobody.

    The person's row is locked meanwhile, so that two workers never share one person's notices.
    """
    now = clock.now()
    due = Notice.objects.filter(_due(now), recipient=OuterRef("pk"))
    person = (
        User.objects.filter(Exists(due))
        .order_by("pk")
        .select_for_update(skip_locked=True, no_key=True)
        .first()
    )
    if person is None:
        return None
    own = Notice.objects.filter(recipient=person)
    lost = own.filter(_lost(now)).first()
    if lost is not None:
        message_id = lost.message_id
        batch = own.filter(_lost(now), message_id=message_id)
    else:
        message_id = _new_message_id()
        batch = own.filter(mail=MailState.WAITING)
    if not person.email:  # taken away since
        batch.update(mail=MailState.NONE)
        return Claim("", (), "", now)
    batch.update(
        mail=MailState.SENDING,
        mail_claimed_at=now,
        mail_attempts=F("mail_attempts") + 1,
        message_id=message_id,
    )
    claimed = own.filter(mail=MailState.SENDING, message_id=message_id)
    return Claim(person.email, tuple(claimed.values_list("pk", flat=True)), message_id, now)


def _finish(claim: Claim, **changes: object) -> None:
    """Say what became of a claim, unless it was taken to be lost meanwhile."""
    Notice.objects.filter(
        pk__in=claim.notices, mail=MailState.SENDING, mail_claimed_at=claim.at
    ).update(**changes)


def _send(claim: Claim) -> None:
    count = len(claim.notices)
    what = (
        "Du har ett nytt meddelande i KLAS"
        if count == 1
        else f"Du har {count} nya meddelanden i KLAS"
    )
    EmailMessage(
        subject=what,
        body=_BODY.format(
            what=what,
            notices_url=settings.BASE_URL + reverse("notifications:list"),
            settings_url=settings.BASE_URL + reverse("notifications:settings"),
        ),
        to=[claim.address],
        headers={"Message-ID": claim.message_id, "Auto-Submitted": "auto-generated"},
        connection=get_connection(BACKEND),
    ).send()


def _new_message_id() -> str:
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    return f"<{uuid.uuid4()}@{domain}>"


def _log(event: str, claim: Claim, error: Exception) -> None:
    # Never the error's own words: a mail server repeats the address.
    logger.warning(event, notices=len(claim.notices), error=type(error).__name__)
