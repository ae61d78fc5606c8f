"""Two files that programs ask for: whom to tell of a weakness, and what search engines may read."""

from datetime import datetime, time, timedelta

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from klas import clock

# The public pages. A verification's query holds a letter's code: only the empty form is public.
_ROBOTS = """\
User-agent: *
Allow: /$
Allow: /kontrollera/$
Allow: /statistik/
Allow: /tillganglighet/$
Allow: /vad-hander-nu/
Allow: /static/
Disallow: /
"""


@login_not_required
@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """RFC 9116. It is true for less than a year from each day on which it is read (§2.5.5)."""
    midnight = datetime.combine(clock.today(), time(), tzinfo=timezone.get_current_timezone())
    expires = (midnight + timedelta(days=364)).isoformat()
    lines = [
        f"Contact: {settings.SECURITY_CONTACT}",
        f"Expires: {expires}",
        "Preferred-Languages: sv, en",
        f"Canonical: {settings.BASE_URL}{request.path}",
    ]
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")


@login_not_required
@require_safe
def robots_txt(request: HttpRequest) -> HttpResponse:
    """Only the public pages may be read by search engines."""
    return HttpResponse(_ROBOTS, content_type="text/plain; charset=utf-8")
