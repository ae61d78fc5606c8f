from django.apps import AppConfig


class KlasConfig(AppConfig):
    name = "klas"
    verbose_name = "KLAS"
