"""Documents of an application: its receipt as PDF, and what the pharmacy attaches."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from applications.enums import DocumentKind
from applications.models.application import Application
from applications.models.supplement import ApplicationVersion
from klas.documents import RenderedDocument
from klas.frozen import frozen_when
from motivations.models.stored import StoredFile
from pharmacies.models import Pharmacy


class ApplicationReceipt(RenderedDocument):
    """What was sent, when and by whom, and the fee. One per application, without its patient.

    `pharmacy` is who applied and pays, also when another pharmacy has taken over since.
    """

    application = models.OneToOneField(
        Application, on_delete=models.PROTECT, related_name="receipt"
    )
    pharmacy = models.ForeignKey(Pharmacy, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [*RenderedDocument.issued_constraints("application_receipt")]
        indexes = [
            models.Index(
                fields=["attempts", "id"],
                condition=models.Q(issued_at__isnull=True),
                name="application_receipt_waiting",
            )
        ]
        triggers = frozen_when(issued_at__isnull=False)

    def __str__(self) -> str:
        return f"receipt of {self.application_id}"


class QualityDocument(StoredFile):
    """A file of the pharmacy's about the product and how it is made: never about the patient.

    It is sent with a version of the application, and stays; until then it can be taken away, and
    only the pharmacy sees it.
    """

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="documents")
    version = models.ForeignKey(
        ApplicationVersion, on_delete=models.PROTECT, null=True, related_name="documents"
    )
    kind = models.CharField(_("slag"), max_length=30, choices=DocumentKind)

    class Meta:
        ordering = ("uploaded_at", "pk")
        constraints = StoredFile.constraints_named("quality_document")
        indexes = [StoredFile.index_named("quality_document")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.application_id})"

    @property
    def is_sent(self) -> bool:
        return self.version_id is not None

    @property
    def whose(self) -> str:
        return self.application.dnr or self.application.motivation.reference or ""

    @property
    def written_at(self) -> str:
        return reverse("applications:documents", args=[self.application_id])

    @property
    def owners(self) -> set[User]:
        return {self.uploaded_by.user}
