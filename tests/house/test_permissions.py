"""Each view says which permission it asks for, and the access table agrees with the roles."""

from collections.abc import Iterator
from typing import Any

from django.urls import get_resolver

from klas.access import ROLES, Permission, Role
from klas.acting import ActingView
from tests.house.test_access_table import TABLE, WHO

# Without a sign-in: what anybody may read, the way in and out, what programs ask for.
PUBLIC = {
    "start", "accessibility", "what_now", "what_now_for", "what_now_in_english", "set_language",
    "healthz", "csp_report", "security_txt", "robots_txt", "verification:check",
    "statistics:public", "statistics:public_in_english", "statistics:csv", "statistics:json",
    "accounts:sign_in", "accounts:begin", "accounts:answer", "accounts:trouble",
    "accounts:client_keys", "accounts:sign_out", "accounts:signed_out", "accounts:break_glass",
    "accounts:time_left",
}  # fmt: skip
# Whoever is signed in, in whatever role, about themselves.
ANY_SIGNED_IN = {
    "home", "accounts:no_licence", "accounts:reauthenticate", "accounts:choose_assignment",
    "accounts:profile", "accounts:end_sessions", "notifications:list", "notifications:open",
    "notifications:mark_all_read", "notifications:settings",
}  # fmt: skip
ROLE_OF = {
    "author": Role.PRESCRIBER,
    "doctor": Role.PRESCRIBER,
    "colleague": Role.CARE_COLLEAGUE,
    "pharmacist": Role.PHARMACIST,
    "staff": Role.PHARMACY_STAFF,
    "other_pharmacist": Role.PHARMACIST,
    "caseworker": Role.CASEWORKER,
    "assessor": Role.ASSESSOR,
    "decision_maker": Role.DECISION_MAKER,
    "operator": Role.OPERATOR,
}


def views(resolver: Any = None, namespace: str = "") -> Iterator[tuple[str, Any]]:
    for pattern in (resolver or get_resolver()).url_patterns:
        if hasattr(pattern, "url_patterns"):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from views(pattern, inner)
        else:
            yield f"{namespace}{pattern.name}", pattern.callback


def permissions() -> dict[str, Permission]:
    """The permission that each view declares."""
    return {
        name: view.view_class.permission
        for name, view in views()
        if issubclass(getattr(view, "view_class", object), ActingView)
    }


def test_every_view_states_its_permission() -> None:
    stated = permissions()
    assert all(isinstance(permission, Permission) for permission in stated.values())
    assert {name for name, _view in views()} - set(stated) == PUBLIC | ANY_SIGNED_IN


def test_only_public_views_are_open_without_a_sign_in() -> None:
    found = {name for name, view in views() if not getattr(view, "login_required", True)}
    assert found == PUBLIC


def test_the_table_refuses_who_lacks_the_permission_and_nobody_else() -> None:
    wrong = []
    for name, permission in permissions().items():
        for who, code in zip(WHO[1:], TABLE[name].split()[1:], strict=True):
            may = permission in ROLES[ROLE_OF[who]].permissions
            if may == (code == "403"):
                wrong.append(f"{name} for {who}: {code}, and {permission} is {may}")
    assert not wrong, "\n".join(wrong)


def test_every_permission_is_held_by_a_role() -> None:
    held = set().union(*(role.permissions for role in ROLES.values()))
    assert held == set(Permission)
    assert set(ROLES) == set(Role)
