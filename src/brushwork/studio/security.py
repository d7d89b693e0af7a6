"""Who may speak with the studio, and what a browser may do with its pages.

A web page that somebody visits can send requests to 127.0.0.1, and can give that address a name of
its own (DNS rebinding). So the name that is asked for is checked, and where a request comes from
wherever it changes something. No other origin is ever allowed: there is no CORS. Starlette's
``TrustedHostMiddleware`` would check the name too, but refuses in plain text with 400, where every
refusal of the studio is JSON with a sentence.
"""

from __future__ import annotations

import ipaddress
import secrets
from collections.abc import Awaitable, Callable, MutableMapping
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse, RedirectResponse

from brushwork.studio.clips import MAX_CLIP_BYTES
from brushwork.studio.library import MAX_BYTES
from brushwork.studio.schemas import PREFIX

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
HEADERS = {
    "content-security-policy": (
        "default-src 'self'; img-src 'self' blob: data:; object-src 'none'; base-uri 'none'; "
        "frame-ancestors 'none'; form-action 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "x-frame-options": "DENY",
}
COOKIE = "brushwork-token"
#: The most bytes that a request may bring, where it brings no image.
MAX_JSON_BYTES = 2**20
#: Where clips come, and images.
_CLIP_PATH = f"{PREFIX}/clips"
_IMAGE_PATHS = (f"{PREFIX}/images", f"{PREFIX}/images/pixels")
_SAFE_METHODS = ("GET", "HEAD", "OPTIONS")


def is_loopback(host: str) -> bool:
    """Tell whether an address is only this machine's."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


class Guard:
    """Stands before the application.

    Parameters
    ----------
    app
        What is guarded.
    hosts
        Names and addresses under which the studio is known; with others, a token is needed.
    token
        What strangers must know; None where only this machine can ask.
    """

    def __init__(self, app: App, hosts: tuple[str, ...], token: str | None = None) -> None:
        self._app = app
        self._hosts = hosts
        self._token = token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it here."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        refusal = self._find_refusal(scope)
        guarded = _add_headers(send)
        if refusal is not None:
            await refusal(scope, receive, guarded)
            return
        await self._app(scope, _cap(receive, _get_limit(scope)), guarded)

    def _find_refusal(self, scope: Scope) -> JSONResponse | RedirectResponse | None:
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        name = urlsplit(f"//{host}").hostname or ""
        if name not in self._hosts and not (self._token and "*" in self._hosts):
            return _make_refusal(403, "forbidden", f"this studio is not called {name[:80]!r}.")
        if scope["method"] not in _SAFE_METHODS and not _is_same_origin(headers, host):
            return _make_refusal(
                403, "forbidden", "only the studio's own pages may change anything."
            )
        length = headers.get("content-length", "0")
        limit = _get_limit(scope)
        if not length.isdigit() or int(length) > limit:
            return _make_refusal(
                413, "too_large", f"at most {limit // 2**20} MB are taken at once."
            )
        return None if self._token is None else self._check_token(scope, headers)

    def _check_token(
        self, scope: Scope, headers: Headers
    ) -> JSONResponse | RedirectResponse | None:
        """Refuse who does not know the token; who brings it in the address gets a cookie."""
        assert self._token is not None
        given = parse_qs(scope["query_string"].decode("latin-1")).get("token", [""])[0]
        if scope["method"] == "GET" and scope["path"] == "/" and self._is_token(given):
            welcome = RedirectResponse("/", status_code=303)
            welcome.set_cookie(COOKIE, given, httponly=True, samesite="strict", max_age=30 * 86_400)
            return welcome
        bearer = headers.get("authorization", "").removeprefix("Bearer ")
        if self._is_token(_read_cookie(headers)) or self._is_token(bearer):
            return None
        return _make_refusal(
            401, "unauthorized", "open the address that the studio printed, with its token."
        )

    def _is_token(self, given: str) -> bool:
        assert self._token is not None
        return secrets.compare_digest(given.encode(), self._token.encode())


def _get_limit(scope: Scope) -> int:
    """Give how many bytes a request may bring."""
    if scope["path"] == _CLIP_PATH:
        return MAX_CLIP_BYTES
    return MAX_BYTES if scope["path"] in _IMAGE_PATHS else MAX_JSON_BYTES


def _is_same_origin(headers: Headers, host: str) -> bool:
    """Tell whether a request comes from our own page, or from no page at all."""
    if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = headers.get("origin")
    return origin is None or urlsplit(origin).netloc == host


def _read_cookie(headers: Headers) -> str:
    try:
        found = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
    except CookieError:
        return ""
    return "" if found is None else found.value


def _cap(receive: Receive, limit: int) -> Receive:
    """Count what comes: a length that was told may be a lie, and need not be told."""
    taken = 0

    async def receive_counted() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > limit:
            return {"type": "http.disconnect"}
        return message

    return receive_counted


def _add_headers(send: Send) -> Send:
    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers[name] = value
        await send(message)

    return send_with_headers


def _make_refusal(status: int, code: str, message: str) -> JSONResponse:
    return JSONResponse({"error": {"code": code, "message": message}}, status)
