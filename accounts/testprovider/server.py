"""The test provider's addresses and pages: `http.server`, a thread for each request."""

import json
import time
from collections.abc import Callable
from http import HTTPStatus
from http.cookies import SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, cast
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.conf import settings
from django.template.loader import render_to_string
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from accounts.oidc.providers import SLUGS
from accounts.testprovider import protocol, tokens
from accounts.testprovider.faults import Fault
from accounts.testprovider.people import Chosen, grouped, people_of
from accounts.testprovider.protocol import Refused
from accounts.testprovider.state import Grant, State

COOKIE = "klas_testprovider"
SILENT_SECONDS = 60
OTHER = "annan"  # somebody who is not on the page: what is typed counts
CANCEL = "avbryt"
_LOOKS = {"/css/klas.css": "text/css", "/fonts/source-sans-3.woff2": "font/woff2"}
_LONGEST_BODY = 100_000


class Provider(ThreadingHTTPServer):
    """Both providers of the demo, on one port of this machine."""

    daemon_threads = True

    def __init__(self, host: str, port: int) -> None:
        """Listen; port 0 takes a free one. Raises ValueError for any host but this machine."""
        if not protocol.is_loopback(host):
            raise ValueError("Testinloggningen lyssnar bara på den egna datorn (127.0.0.1).")
        self.state = State()
        super().__init__((host, port), Handler)

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    """One request."""

    protocol_version = "HTTP/1.1"

    @property
    def state(self) -> State:
        return cast(Provider, self.server).state

    def do_GET(self) -> None:
        self._answer(_GET)

    def do_POST(self) -> None:
        self._answer(_POST)

    def log_message(self, format: str, *args: Any) -> None:
        """Addresses hold codes: nothing is logged."""

    def _answer(self, table: dict[str, Callable[["Handler", str], None]]) -> None:
        length = min(int(self.headers.get("Content-Length") or 0), _LONGEST_BODY)
        self.sent = dict(parse_qsl(self.rfile.read(length).decode(), keep_blank_values=True))
        parts = urlsplit(self.path)
        self.query = dict(parse_qsl(parts.query, keep_blank_values=True))
        if not protocol.is_loopback(urlsplit(f"//{self.headers.get('Host', '')}").hostname):
            self.say("Fel värd", HTTPStatus.FORBIDDEN)
        elif parts.path in _LOOKS and table is _GET:
            content = (Path(settings.BASE_DIR) / "static/dist" / parts.path[1:]).read_bytes()
            self.send(content, _LOOKS[parts.path])
        else:
            _slash, slug, rest = (*parts.path.split("/", 2), "", "")[:3]
            act = table.get(rest)
            if slug in SLUGS and act is not None:
                act(self, slug)
            else:
                self.say("Finns inte", HTTPStatus.NOT_FOUND)

    def issuer(self, slug: str) -> str:
        return f"{cast(Provider, self.server).address}/{slug}"

    def send(
        self,
        content: bytes,
        kind: str = "text/html; charset=utf-8",
        status: HTTPStatus = HTTPStatus.OK,
        **headers: str,
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "no-store")
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(content)

    def say(self, text: str, status: HTTPStatus) -> None:
        self.send(text.encode(), "text/plain; charset=utf-8", status)

    def tell(self, value: dict[str, Any], status: HTTPStatus = HTTPStatus.OK) -> None:
        self.send(json.dumps(value).encode(), "application/json", status)

    def lead(self, address: str, query: dict[str, str], *, cookie: str = "") -> None:
        joined = "&" if urlsplit(address).query else "?"
        target = f"{address}{joined}{urlencode(query)}" if query else address
        headers = {"Set_Cookie": f"{COOKIE}={cookie}; HttpOnly; SameSite=Lax; Path=/"}
        self.send(b"", status=HTTPStatus.SEE_OTHER, Location=target, **(headers if cookie else {}))

    def page(self, template: str, context: dict[str, Any]) -> None:
        html = render_to_string(f"accounts/testprovider/{template}.html", context)
        policy = "default-src 'none'; style-src 'self'; font-src 'self'; frame-ancestors 'none'"
        self.send(html.encode(), Content_Security_Policy=policy)

    @property
    def session(self) -> str:
        found = SimpleCookie(self.headers.get("Cookie", "")).get(COOKIE)
        return found.value if found else ""


def _discovery(request: Handler, slug: str) -> None:
    issuer = request.issuer(slug)
    request.tell(
        {
            "issuer": issuer,
            "authorization_endpoint": f"{issuer}/authorize",
            "token_endpoint": f"{issuer}/token",
            "userinfo_endpoint": f"{issuer}/userinfo",
            "jwks_uri": f"{issuer}/jwks",
            "end_session_endpoint": f"{issuer}/end_session",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["ES256"],
            "token_endpoint_auth_methods_supported": ["private_key_jwt"],
            "code_challenge_methods_supported": ["S256"],
            "claims_parameter_supported": True,
            "authorization_response_iss_parameter_supported": True,
        }
    )


def _jwks(request: Handler, slug: str) -> None:
    request.tell(request.state.public_keys())


def _authorize(request: Handler, slug: str) -> None:
    """The page where one is chosen; who is signed in here already goes straight back."""
    asked = request.query
    try:
        protocol.demand_known_client(asked)
        protocol.demand_code_flow(asked)
    except Refused as error:
        request.say(str(error), HTTPStatus.BAD_REQUEST)
        return
    known = request.state.signed_in(request.session)
    anew = "login" in asked.get("prompt", "").split() or asked.get("max_age") == "0"
    if known is not None and known[0] in people_of(slug) and not anew:
        _grant(request, slug, asked, known)
        return
    people = people_of(slug)
    context = {
        "provider": slug,
        "asked": asked,
        "known": known[0] if known and known[0] in people else None,
        "groups": grouped(people),
        "faults": list(Fault),
        "cancel": CANCEL,
        "other": OTHER,
    }
    request.page("authorize", context)


def _choose(request: Handler, slug: str) -> None:
    """Somebody has shown who they are, or has given up."""
    sent = request.sent
    try:
        protocol.demand_known_client(sent)
        protocol.demand_code_flow(sent)
        fault = Fault(sent.get("fault", ""))
    except (Refused, ValueError) as error:
        request.say(str(error), HTTPStatus.BAD_REQUEST)
        return
    if sent.get("person") == CANCEL:
        back = {"error": "access_denied", "state": sent["state"], "iss": request.issuer(slug)}
        request.lead(sent["redirect_uri"], back)
        return
    by_key = {one.key: one for one in people_of(slug)}
    person = by_key.get(sent.get("person", "")) or _typed(sent)
    if person is None:
        request.say("Välj en person", HTTPStatus.BAD_REQUEST)
        return
    cookie = request.state.sign_in(person)
    auth_time = int(time.time()) - (86_400 if fault is Fault.NOT_ANEW else 0)
    _grant(request, slug, sent, (person, auth_time), fault=fault, cookie=cookie)


def _typed(sent: dict[str, str]) -> Chosen | None:
    name, subject = sent.get("name", "").strip(), sent.get("subject", "").strip()
    number = sent.get("personal_number", "").strip()
    if sent.get("person") != OTHER or not (subject or number):
        return None
    return Chosen(subject or number, subject, name or "Någon Annan", personal_number=number)


def _grant(
    request: Handler,
    slug: str,
    asked: dict[str, str],
    proven: tuple[Chosen, int],
    *,
    fault: Fault = Fault.NONE,
    cookie: str = "",
) -> None:
    """Lead back with a code for the person, who showed who they are at that moment."""
    person, auth_time = proven
    code = request.state.give_code(
        Grant(
            provider=slug,
            person=person,
            client_id=asked["client_id"],
            redirect_uri=asked["redirect_uri"],
            challenge=asked["code_challenge"],
            nonce=asked["nonce"],
            acr_values=asked.get("acr_values", ""),
            auth_time=auth_time,
            fault=fault,
        )
    )
    issuer = "http://127.0.0.1:1" if fault is Fault.ANOTHER_ISSUER else request.issuer(slug)
    state = "fel" if fault is Fault.BAD_STATE else asked["state"]
    back = {"code": code, "state": state, "iss": issuer}
    request.lead(asked["redirect_uri"], back, cookie=cookie)


def _token(request: Handler, slug: str) -> None:
    try:
        protocol.demand_client(
            request.sent, request.state, endpoint=f"{request.issuer(slug)}/token"
        )
        grant = protocol.demand_same(
            request.state.take_code(request.sent.get("code", "")), request.sent, slug
        )
        if grant.fault is Fault.REFUSES:
            raise Refused("invalid_grant")
    except Refused as error:
        request.tell({"error": str(error)}, HTTPStatus.BAD_REQUEST)
        return
    if grant.fault is Fault.SILENT:
        request.state.ends.wait(SILENT_SECONDS)
        request.close_connection = True
        return
    if grant.fault is Fault.ERROR:
        request.say("Fel", HTTPStatus.INTERNAL_SERVER_ERROR)
        return
    claims = tokens.claims_of(grant, request.issuer(slug))
    request.tell(
        {
            "access_token": request.state.give_token(grant),
            "token_type": "Bearer",
            "expires_in": tokens.TOKEN_SECONDS,
            "id_token": tokens.signed(claims, request.state, grant.fault),
        }
    )


def _userinfo(request: Handler, slug: str) -> None:
    grant = request.state.granted(request.headers.get("Authorization", "").removeprefix("Bearer "))
    if grant is None or grant.provider != slug:
        request.tell({"error": "invalid_token"}, HTTPStatus.UNAUTHORIZED)
        return
    request.tell({"sub": tokens.subject(grant), **grant.person.claims(slug)})


def _end_session(request: Handler, slug: str) -> None:
    """Sign out here, and back to the service if it is it that asks."""
    try:
        ours = KeySet.import_key_set(request.state.public_keys())  # type: ignore[arg-type]
        jwt.decode(request.query.get("id_token_hint", ""), ours, algorithms=["ES256"])
    except (JoseError, ValueError):
        request.say("invalid_request", HTTPStatus.BAD_REQUEST)
        return
    request.state.sign_out(request.session)
    back = request.query.get("post_logout_redirect_uri", "")
    if protocol.is_loopback(urlsplit(back).hostname):
        request.lead(back, {})
    else:
        request.page("signed_out", {})


_GET: dict[str, Callable[[Handler, str], None]] = {
    ".well-known/openid-configuration": _discovery,
    "jwks": _jwks,
    "authorize": _authorize,
    "userinfo": _userinfo,
    "end_session": _end_session,
}
_POST: dict[str, Callable[[Handler, str], None]] = {"authorize": _choose, "token": _token}
