import structlog
from django.apps import AppConfig
from django.core.signals import got_request_exception
from django.db.models.signals import post_migrate

logger = structlog.get_logger("klas.request")


class KlasConfig(AppConfig):
    name = "klas"
    verbose_name = "KLAS"

    def ready(self) -> None:
        from klas import checks  # noqa: F401 - registers them
        from klas.erasing import install_guard

        post_migrate.connect(install_guard, sender=self, dispatch_uid="klas.erasing")
        # Django's own line about it would hold the path.
        got_request_exception.connect(_log_failure, dispatch_uid="klas.request_failed")


def _log_failure(**_: object) -> None:
    logger.error("request_failed", exc_info=True)
