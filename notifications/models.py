"""What people are told: in the product, and by e-mail that something waits there."""

from django.db import models
from django.db.models import Q

from accounts.models import User
from notifications.enums import MailState, NoticeGroup, NoticeKind


class Notice(models.Model):
    """One thing that one person is told, once (`key`).

    Holds no personal or health data: `reference` is a reference number or dnr, `facts` are what
    the words of the kind are filled in with. `url` is where in KLAS it can be acted on.
    """

    recipient = models.ForeignKey(User, on_delete=models.PROTECT, related_name="notices")
    kind = models.CharField(max_length=40, choices=NoticeKind)
    reference = models.CharField(max_length=40, blank=True)
    facts = models.JSONField(default=dict)
    url = models.CharField(max_length=200)
    key = models.CharField(max_length=120)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    mail = models.CharField(max_length=10, choices=MailState, default=MailState.NONE)
    mail_attempts = models.PositiveSmallIntegerField(default=0)
    mail_claimed_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)
    # The Message-ID of the e-mail that told of it: the same when it is tried again.
    message_id = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ("-at", "-pk")
        constraints = [
            models.UniqueConstraint(fields=["recipient", "key"], name="notice_told_once"),
            models.CheckConstraint(
                condition=Q(mail=MailState.SENT, mailed_at__isnull=False)
                | (~Q(mail=MailState.SENT) & Q(mailed_at__isnull=True)),
                name="notice_mailed_at_iff_sent",
            ),
        ]
        indexes = [
            models.Index(fields=["recipient", "-at", "-id"], name="notice_of_recipient"),
            models.Index(
                fields=["recipient"], condition=Q(read_at__isnull=True), name="notice_unread"
            ),
            models.Index(
                fields=["recipient", "id"],
                condition=Q(mail__in=[MailState.WAITING, MailState.SENDING]),
                name="notice_to_mail",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.reference}"


class MailPreference(models.Model):
    """A group of notices that a person does not want e-mail about."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="mail_preferences")
    group = models.CharField(max_length=20, choices=NoticeGroup)
    wanted = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "group"], name="one_preference_per_group")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.group}"
