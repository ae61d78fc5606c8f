from django.apps import AppConfig


class KlasConfig(AppConfig):
    name = "klas"
    verbose_name = "KLAS"

    def ready(self) -> None:
        from klas import checks  # noqa: F401 - registers them
