import structlog
from django.apps import AppConfig
from django.core.signals import got_request_exception

logger = structlog.get_logger("klas.request")


class KlasConfig(AppConfig):
    name = "klas"
    verbose_name = "KLAS"

    def ready(self) -> None:
        # Django's own line about it would hold the path.
        got_request_exception.connect(_log_failure, dispatch_uid="klas.request_failed")


def _log_failure(**_: object) -> None:
    logger.error("request_failed", exc_info=True)
