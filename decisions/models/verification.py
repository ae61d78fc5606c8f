"""Tries to verify a letter, kept only as long as they are counted."""

from django.db import models


class VerificationTry(models.Model):
    """Somebody asked whether a letter is genuine; neither what was asked nor the answer is kept.

    `asker` is a keyed hash of the network address (`klas.blind`).
    """

    asker = models.BinaryField(max_length=32)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["asker", "at"], name="verification_try_of_asker"),
            models.Index(fields=["at"], name="verification_try_oldest"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"
