"""Who may ask: this machine's own page, with the token of this server; and what a browser may do with the answer."""

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

TOKEN_BYTES = 24
TOKEN_HEADER = "x-sim-token"
MAX_BODY_BYTES = 64_000
OPEN_PATHS = ("/", "/seat", "/favicon.ico")  # without a token: the pages without anything in them
OPEN_PREFIX = "/assets/"  # and its scripts and styles, which are in the package for everybody to read
FORM_PREFIX = "/outputs/"  # a page that a form opens in a tab of its own; its token is in the body
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
SECURITY_HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # with none at all, a form would not say that it is ours
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def make_token() -> str:
    """A new token."""
    return secrets.token_urlsafe(TOKEN_BYTES)


@dataclass(frozen=True)
class Access:
    """What a request must have: one of our hosts, no other origin, and the token.

    Parameters
    ----------
    port
        The port that is listened on.
    token
        What the page sends with all it asks.

    Examples
    --------
    >>> access = Access(8000, "secret")
    >>> access.find_refusal("POST", "/odds", {"host": "127.0.0.1:8000", "x-sim-token": "secret"})
    >>> access.find_refusal("POST", "/odds", {"host": "example.org"})
    (421, 'this is not the host of this page')
    """

    port: int
    token: str = field(repr=False)

    @property
    def hosts(self) -> tuple[str, ...]:
        """The hosts that are ours."""
        return tuple(f"{name}:{self.port}" for name in ("127.0.0.1", "localhost"))

    def find_refusal(self, method: str, path: str, headers: Mapping[str, str]) -> tuple[int, str] | None:
        """Why a request is refused, as a status and a sentence; None if it is not."""
        host = headers.get("host", "")
        if host not in self.hosts:
            return 421, "this is not the host of this page"
        origin = headers.get("origin")
        if origin is not None and origin != f"http://{host}":
            return 403, "another page may not ask"
        if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            return 403, "another page may not ask"
        if method in ("GET", "HEAD") and (path in OPEN_PATHS or path.startswith(OPEN_PREFIX)):
            return None
        if method == "POST" and path.startswith(FORM_PREFIX) and path.endswith(".html"):
            return None  # its token is in the body, and looked at there
        if not self.is_token(headers.get(TOKEN_HEADER, "")):
            return 403, "the token is missing or another one: open the link that `sim serve` printed"
        return None

    def is_token(self, given: str) -> bool:
        """Whether it is our token, in the same time for any other."""
        return hmac.compare_digest(given.encode("utf-8", "replace"), self.token.encode())


class AccessMiddleware:
    """Refuses what may not ask, and too long bodies; adds the headers that tell a browser what it may do."""

    def __init__(self, app: ASGIApp, access: Access):
        self.app = app
        self.access = access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":
            return
        headers = Headers(scope=scope)
        refusal = self.access.find_refusal(scope["method"], scope["path"], headers)
        length = headers.get("content-length", "0")
        if refusal is None and (not length.isdecimal() or int(length) > MAX_BODY_BYTES):
            refusal = 413, f"the request is too long (allowed: {MAX_BODY_BYTES} bytes)"
        if refusal is None and scope["method"] == "POST" and "content-length" not in headers:
            refusal = 411, "the length of the request is missing"

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                sent = MutableHeaders(scope=message)
                for name, value in SECURITY_HEADERS.items():
                    sent.setdefault(name, value)
            await send(message)

        if refusal is not None:
            await PlainTextResponse(refusal[1], refusal[0])(scope, receive, send_with_headers)
            return
        await self.app(scope, receive, send_with_headers)
