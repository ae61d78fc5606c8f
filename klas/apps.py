from django.apps import AppConfig
from django.db.models.signals import post_migrate


class KlasConfig(AppConfig):
    name = "klas"
    verbose_name = "KLAS"

    def ready(self) -> None:
        from klas import checks  # noqa: F401 - registers them
        from klas.erasing import install_guard

        post_migrate.connect(install_guard, sender=self, dispatch_uid="klas.erasing")
