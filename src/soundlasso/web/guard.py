"""Who may ask: names, tokens, other web sites; and what browsers are told to be careful about."""

import hashlib
import hmac
import re
import secrets
from urllib.parse import quote, urlsplit

from flask import (
    Blueprint,
    Flask,
    Response,
    current_app,
    g,
    make_response,
    redirect,
    render_template,
    request,
)
from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter
from werkzeug.wrappers import Response as AnyResponse

from soundlasso.web.problems import Problem
from soundlasso.web.services import services

COOKIE = "soundlasso"
_SAFE = ("GET", "HEAD", "OPTIONS")
_OPEN = ("guard.enter", "static", "api.health")
_YEAR = 365 * 24 * 3600
# More than a token takes; what anybody may send is not to fill the disk.
_MOST_FORM_BYTES = 10_000
_GUESSES = RateLimitItemPerMinute(20)
# A page that was open when the token changed asks again and again with what it has.
_STALE = RateLimitItemPerMinute(600)
_LIMITER = "soundlasso-guesses"

guard = Blueprint("guard", __name__)


def protect(app: Flask) -> None:
    """Checks every request, and adds the headers to every response."""
    app.extensions[_LIMITER] = FixedWindowRateLimiter(MemoryStorage())
    app.register_blueprint(guard)
    app.before_request(_refuse_other_names)
    app.before_request(_refuse_other_sites)
    app.before_request(_ask_for_token)
    app.before_request(_make_nonce)
    app.after_request(_add_headers)


def _make_nonce() -> None:
    g.nonce = secrets.token_urlsafe(16)


def _refuse_other_names() -> None:
    """A name that its owner lets lead to this machine must not reach what only it may."""
    hosts = services().settings.hosts
    if not hosts:
        return
    # Werkzeug has such a list as well, but knows no IPv6 addresses in it.
    try:
        name = urlsplit(f"//{request.host}").hostname
    except ValueError:
        name = None
    if name not in hosts:
        raise Problem(400, f"only requests for {', '.join(hosts)} are answered; see --host")


def _refuse_other_sites() -> None:
    """A page elsewhere must not make its visitors' browsers send jobs here."""
    if request.method in _SAFE:
        return
    site = request.headers.get("Sec-Fetch-Site", "same-origin")
    origin = request.headers.get("Origin")
    if origin == "null" and request.headers.get("Sec-Fetch-Site") == "same-origin":
        # A browser that was told to keep addresses to itself; no page can make up the other header.
        return
    if site not in {"same-origin", "none"} or (
        origin is not None and _host_of(origin) != request.host
    ):
        raise Problem(403, "requests from other web sites are not answered")


def _host_of(origin: str) -> str | None:
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return None


def _ask_for_token() -> AnyResponse | None:
    token = services().settings.token
    if token is None or request.endpoint in _OPEN or _knows(token):
        return None
    if "Authorization" in request.headers or cookie_name(COOKIE) in request.cookies:
        _count(_STALE)
    if request.path.startswith("/api/"):
        problem = Problem(401, "send the token: Authorization: Bearer TOKEN").response()
        problem.headers["WWW-Authenticate"] = "Bearer"
        return problem
    wanted = request.full_path.rstrip("?")
    return redirect("/enter" if wanted == "/" else f"/enter?next={quote(wanted)}")


def _on_this_server(address: str) -> str:
    """Where a visitor wanted to go, if that is here; else the first page."""
    # Browsers take "//name" and "/\\name" for another server's.
    return address if re.match(r"/(?![/\\])[^\x00-\x1f]*\Z", address) else "/"


def _count(limit: RateLimitItem) -> None:
    """Notes a wrong token; whoever sends too many of them is not answered for a while."""
    limiter: FixedWindowRateLimiter = current_app.extensions[_LIMITER]
    if not limiter.hit(limit, request.remote_addr or ""):
        raise Problem(429, "too many wrong tokens; try again later", retry_after=60)


def _knows(token: str) -> bool:
    kind, _, given = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() == "bearer" and _same(given.strip(), token):
        return True
    return _same(request.cookies.get(cookie_name(COOKIE), ""), _cookie(token))


def cookie_name(name: str) -> str:
    """A cookie's name on this server: all ports of a host share their cookies."""
    port = re.search(r":(\d+)$", request.host)
    return f"{name}-{port[1]}" if port else name


def _same(given: str, wanted: str) -> bool:
    return hmac.compare_digest(given.encode(), wanted.encode())


def _cookie(token: str) -> str:
    """What a browser keeps instead of the token."""
    return hashlib.sha256(b"soundlasso cookie " + token.encode()).hexdigest()


@guard.route("/enter", methods=["GET", "POST"])
def enter() -> AnyResponse | tuple[str, int]:
    """Asks a visitor for the token, or takes it from the address that the server printed."""
    token = services().settings.token
    if token is None:
        return redirect("/")
    request.max_content_length = _MOST_FORM_BYTES
    wanted = _on_this_server(request.values.get("next", "/"))
    given = request.form.get("token", "") if request.method == "POST" else request.args.get("token")
    if given is None:
        return render_template("enter.html", wrong=False, wanted=wanted), 200
    if not _same(given.strip(), token):
        _count(_GUESSES)
        return render_template("enter.html", wrong=True, wanted=wanted), 403
    response = make_response(redirect(wanted))
    response.set_cookie(
        cookie_name(COOKIE),
        _cookie(token),
        max_age=_YEAR,
        httponly=True,
        # A link from elsewhere, as in a mail, leads in; other sites' requests are refused anyway.
        samesite="Lax",
        secure=request.is_secure,
    )
    return response


def _add_headers(response: Response) -> Response:
    # wavesurfer.js puts its style sheet into a shadow tree, which the nonce allows it to.
    nonce = g.get("nonce", "")
    policy = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": f"'self' 'nonce-{nonce}'" if nonce else "'self'",
        "img-src": "'self' data: blob:",
        "media-src": "'self' blob:",
        "connect-src": "'self'",
        "font-src": "'self'",
        "manifest-src": "'self'",
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }
    headers = response.headers
    headers["Content-Security-Policy"] = "; ".join(f"{name} {of}" for name, of in policy.items())
    headers["X-Content-Type-Options"] = "nosniff"
    headers["X-Frame-Options"] = "DENY"
    # With no-referrer browsers would send the form for the token as if from nowhere.
    headers["Referrer-Policy"] = "same-origin"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    headers["Permissions-Policy"] = "microphone=(self), camera=(), geolocation=()"
    headers.setdefault("Cache-Control", "no-store")
    return response
