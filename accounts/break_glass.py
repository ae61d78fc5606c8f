"""The emergency sign-in, for when the identity providers are away. Off unless `KLAS_BREAK_GLASS=1`.

The operator lets one person in, from the machine itself (`manage.py break_glass`): they get a
password and a secret for one-time codes, which hold for a day. Only who works at the agency or runs
the service, and nothing else besides: nobody reads patients' data for care or pharmacy this way.
Each use is told to those who run the service, and stands in the access log.
"""

import hmac
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

import pyotp
import structlog
from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from accounts.models import BreakGlass, User
from accounts.queries import usable_assignments
from klas import clock, limits
from klas.access import Role
from klas.errors import Refused
from klas.policy import policy

# How the access log names it: the purpose of the sign-in.
HOW = "break-glass"
ROLES = frozenset({Role.CASEWORKER, Role.ASSESSOR, Role.DECISION_MAKER, Role.OPERATOR})
_PERSON = "break_glass/person"  # the limit of tries for one HSA-id
_STEP = 30  # seconds that a one-time code is shown
_DRIFT = 1  # so many steps a telephone's clock may be off
# Neither 0, O, 1, I nor l: it is read off a screen and written by hand.
_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
_GROUPS, _GROUP_LENGTH = 5, 4
logger = structlog.get_logger("klas.break_glass")
Receiver = Callable[..., None]


@dataclass(frozen=True)
class Issued:
    """What is shown once, to the operator who hands it over."""

    password: str
    uri: str
    valid_to: datetime


def is_allowed(user: User) -> bool:
    """Whether a person may get in this way: whatever they act as is in one of `ROLES`."""
    roles = {Role(one.role) for one in usable_assignments(user, on=clock.today())}
    return bool(roles) and roles <= ROLES


@transaction.atomic
def issue(user: User) -> Issued:
    """Let a person in for a day; what they had before holds no longer.

    Raises:
        Refused: they work elsewhere, or nowhere.
    """
    if not is_allowed(user):
        raise Refused(
            _(
                "Nödinloggning ges bara till den som arbetar på Läkemedelsverket eller med "
                "driften, och inte någon annanstans."
            )
        )
    password = "-".join(
        "".join(secrets.choice(_ALPHABET) for _place in range(_GROUP_LENGTH))
        for _group in range(_GROUPS)
    )
    secret = pyotp.random_base32()
    valid_to = clock.now() + timedelta(hours=policy.break_glass_hours)
    BreakGlass.objects.update_or_create(
        user=user,
        defaults={
            "password": make_password(password),
            "secret": secret,
            "valid_to": valid_to,
            "last_step": 0,
        },
    )
    logger.warning("break_glass_issued")
    uri = pyotp.TOTP(secret, interval=_STEP).provisioning_uri(name=user.subject, issuer_name="KLAS")
    return Issued(password, uri, valid_to)


def withdraw(user: User) -> bool:
    """Let a person in no longer; whether they were."""
    count, _models = BreakGlass.objects.filter(user=user).delete()
    return bool(count)


def prove(subject: str, password: str, code: str, *, address: str) -> User:
    """Who it is that shows this password and one-time code; the code is used up, and all are told.

    It takes the same work whether the person is known or not, and all that is wrong is one answer.

    Raises:
        Refused: it does not hold, or there have been too many tries.
    """
    subject = subject.strip()
    _count_try(subject, address)
    with transaction.atomic():
        kept = (
            BreakGlass.objects.select_for_update(of=("self",))
            .select_related("user")
            .filter(user__subject=subject)
            .first()
        )
        secret = kept.secret if kept else pyotp.random_base32()
        step = _step_of(code, secret)
        if kept is None:
            make_password(password)  # as much work as checking one
        is_right = kept is not None and check_password(password, kept.password)
        if (
            kept is None
            or not is_right
            or step <= kept.last_step
            or kept.valid_to <= clock.now()
            or not kept.user.is_active
            or not is_allowed(kept.user)
        ):
            logger.warning("break_glass_refused", reason="wrong")
            raise Refused(
                _(
                    "HSA-id, lösenord eller kod stämmer inte, koden är redan använd, eller så har "
                    "tiden gått ut. Vänta på nästa kod och försök igen."
                )
            )
        kept.last_step = step
        kept.save(update_fields=["last_step"])
        tell = cast(Receiver, import_string(settings.BREAK_GLASS_RECEIVER))
        tell(kept.user, key=f"break-glass-{kept.pk}-{step}")
    limits.forget(_PERSON, subject)
    logger.warning("break_glass_used")
    return kept.user


def purge() -> int:
    """Throw away what no longer lets anybody in; returns how many."""
    return BreakGlass.objects.filter(valid_to__lte=clock.now()).delete()[0]


def _step_of(code: str, secret: str) -> int:
    """The time step whose code this is; 0 when it is none of now's."""
    shown = "".join(code.split())
    totp = pyotp.TOTP(secret, interval=_STEP)
    now, found = int(time.time()) // _STEP, 0
    for step in range(now - _DRIFT, now + _DRIFT + 1):
        if hmac.compare_digest(totp.generate_otp(step).encode(), shown.encode()):
            found = step
    return found


def _count_try(subject: str, address: str) -> None:
    try:
        limits.take_from(
            "break_glass/address", limits.network(address), policy.break_glass_tries_address
        )
        limits.take_from(_PERSON, subject, policy.break_glass_tries)
    except limits.TooMany:
        logger.warning("break_glass_refused", reason="too_many")
        raise
