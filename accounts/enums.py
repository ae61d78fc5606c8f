from django.db import models
from django.utils.translation import gettext_lazy as _


class Profession(models.TextChoices):
    DOCTOR = "doctor", _("Läkare")
    DENTIST = "dentist", _("Tandläkare")
    VETERINARIAN = "veterinarian", _("Veterinär")
    PHARMACIST = "pharmacist", _("Apotekare")
    DISPENSING_PHARMACIST = "dispensing_pharmacist", _("Receptarie")
    NONE = "none", _("Inget legitimationsyrke")
