"""`GET /healthz`: is this installation able to work?"""

from collections.abc import Callable

import structlog
from django.contrib.auth.decorators import login_not_required
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from klas import jobs

logger = structlog.get_logger("klas.health")
OK = "ok"

# Once applied, migrations stay applied while this process lives: asked only until then.
_migrated: set[str] = set()


@login_not_required
@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """Answer 200 when web, database, migrations and worker are well, otherwise 503.

    The body names each part and "ok" or what is wrong with it, in words for operators; never an
    error's own text, which could hold an address or a person's data.
    """
    found = {"web": OK, **_checks()}
    well = all(state == OK for state in found.values())
    return JsonResponse({"status": OK if well else "unwell", **found}, status=200 if well else 503)


def _checks() -> dict[str, str]:
    parts: tuple[tuple[str, Callable[[], str]], ...] = (
        ("database", _database),
        ("migrations", _migrations),
        ("worker", _worker),
    )
    found: dict[str, str] = {}
    for name, check in parts:
        if found.get("database", OK) != OK:
            found[name] = "unknown: the database does not answer"
            continue
        try:
            found[name] = check()
        except Error as error:
            logger.warning("health_check_failed", check=name, error=type(error).__qualname__)
            found[name] = f"failed: {type(error).__qualname__}"
    return found


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return OK


def _migrations() -> str:
    if connection.alias not in _migrated:
        executor = MigrationExecutor(connection)
        pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if pending:
            return f"{len(pending)} not applied"
        _migrated.add(connection.alias)
    return OK


def _worker() -> str:
    # The database's clock on both sides: the worker may be on another machine.
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT extract(epoch FROM now() - max(last_heartbeat)) FROM procrastinate_workers"
        )
        silent_for = cursor.fetchone()[0]
    if silent_for is None:
        return "no worker is running"
    if silent_for > jobs.DEAD_AFTER:
        return f"no sign of life for {silent_for:.0f} s"
    return OK
