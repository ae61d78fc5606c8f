"""People, and what they act as."""

from datetime import timedelta
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.enums import Profession
from klas.access import ROLES, Permission, Role
from klas.policy import policy
from klas.sealed import SealedJSONField


class UserManager(BaseUserManager["User"]):
    def create_user(self, *, subject: str, name: str, **fields: object) -> "User":
        """A person who signs in elsewhere: no password is set."""
        user = self.model(subject=subject, name=name, **fields)
        user.set_unusable_password()
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A person, with the licence to practise that the register says they hold.

    `subject` is what the identity provider calls the person (an HSA-id); how it is proven is the
    sign-in's business, not the model's.
    """

    subject = models.CharField(_("HSA-id"), max_length=64, unique=True)
    name = models.CharField(_("namn"), max_length=120)
    email = models.EmailField(_("e-post"), blank=True)
    phone = models.CharField(_("telefon"), max_length=40, blank=True)
    profession = models.CharField(
        _("yrke"), max_length=30, choices=Profession, default=Profession.NONE
    )
    prescriber_code = models.CharField(_("förskrivarkod"), max_length=7, blank=True)
    licensed_to_practise = models.BooleanField(_("giltig legitimation"), default=False)
    licence_checked_at = models.DateTimeField(_("legitimation kontrollerad"), null=True)
    is_active = models.BooleanField(default=True)
    # What a provider that tells no HSA-id finds the person by (`services.personal_key`).
    personal_key = models.BinaryField(max_length=32, null=True, unique=True, editable=False)

    USERNAME_FIELD = "subject"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects = UserManager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(licensed_to_practise=False) | ~Q(profession=Profession.NONE),
                name="licence_needs_profession",
                violation_error_message=_("Ange yrke för den som har legitimation."),
            ),
            models.CheckConstraint(
                condition=Q(prescriber_code="") | Q(prescriber_code__regex=r"^\d{7}$"),
                name="prescriber_code_seven_digits",
                violation_error_message=_("Förskrivarkoden ska ha sju siffror."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


_CARE_ROLES = (Role.PRESCRIBER, Role.CARE_COLLEAGUE)
_PHARMACY_ROLES = (Role.PHARMACIST, Role.PHARMACY_STAFF)


class Assignment(models.Model):
    """What acts: a person in a role at a unit. Chosen at sign-in, shown in the header."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="assignments")
    role = models.CharField(max_length=30, choices=Role)
    pharmacy = models.ForeignKey(
        "pharmacies.Pharmacy", on_delete=models.PROTECT, null=True, related_name="assignments"
    )
    care_unit = models.ForeignKey(
        "pharmacies.CareUnit", on_delete=models.PROTECT, null=True, related_name="assignments"
    )
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)

    class Meta:
        ordering = ("user__name", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role", "pharmacy", "care_unit"],
                nulls_distinct=False,
                name="one_assignment_per_role_and_unit",
            ),
            models.CheckConstraint(
                condition=(
                    Q(role__in=_CARE_ROLES, care_unit__isnull=False, pharmacy__isnull=True)
                    | Q(role__in=_PHARMACY_ROLES, care_unit__isnull=True, pharmacy__isnull=False)
                    | Q(
                        ~Q(role__in=(*_CARE_ROLES, *_PHARMACY_ROLES)),
                        care_unit__isnull=True,
                        pharmacy__isnull=True,
                    )
                ),
                name="assignment_unit_fits_role",
                violation_error_message=_("Rollen och enheten hör inte ihop."),
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True)
                | Q(valid_from__isnull=True)
                | Q(valid_to__gte=models.F("valid_from")),
                name="assignment_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} – {self.get_role_display()}, {self.unit_name}"

    @property
    def assignment_id(self) -> int | None:
        """Its own key, so that an assignment can stand wherever an actor is asked for."""
        return self.pk

    @property
    def unit_name(self) -> str:
        """The unit acted for, as shown in the header and kept in the access log."""
        unit = self.pharmacy or self.care_unit
        if unit is not None:
            return unit.name
        return "KLAS drift" if self.role == Role.OPERATOR else "Läkemedelsverket"

    def has(self, permission: Permission) -> bool:
        """Whether the role carries the permission."""
        return permission in ROLES[Role(self.role)].permissions


class SessionQuerySet(models.QuerySet["PersonSession"]):
    def alive(self) -> "SessionQuerySet":
        """Those that can be gone on in: used lately, and not begun too long ago."""
        now = timezone.now()
        idle_since = now - timedelta(minutes=policy.session_idle_minutes)
        return self.filter(expire_date__gt=now, last_used_at__gt=idle_since)


class PersonSession(AbstractBaseSession):
    """A browser's session, with what its person is shown of it; `accounts.sessions` keeps it.

    `session_key` is a hash of the key that the browser has. `user_agent` and `address` are those
    of the sign-in. Without a user: somebody who is on their way to sign in.
    """

    session_key = models.CharField(max_length=64, primary_key=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="sessions")
    started_at = models.DateTimeField()
    last_used_at = models.DateTimeField(db_index=True)
    user_agent = models.CharField(max_length=300, blank=True)
    address = models.GenericIPAddressField(null=True)

    objects = SessionQuerySet.as_manager()  # type: ignore[assignment,misc]

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d %H:%M}"

    @classmethod
    def get_session_store_class(cls) -> type[SessionBase]:
        from accounts.sessions import SessionStore

        return SessionStore


class BreakGlass(models.Model):
    """How a person gets in when the identity providers are away (`accounts.break_glass`).

    `last_step` is the time step of the last one-time code that was used: each is good once.
    """

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="break_glass")
    password = models.CharField(max_length=200)
    secret = SealedJSONField()
    valid_to = models.DateTimeField()
    last_step = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.valid_to:%Y-%m-%d %H:%M}"
