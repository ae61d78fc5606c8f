"""Every address of the service."""

from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.i18n import set_language

from klas import (
    access_log,
    csp_reports,
    health,
    log_sample_views,
    pages,
    public_files,
    retention_views,
    what_now,
)

operator = [
    path("logg/", access_log.AccessLogView.as_view(), name="access_log"),
    path("logg/fil/", access_log.AccessLogFileView.as_view(), name="access_log_file"),
    path("logg/stickprov/", log_sample_views.SamplesView.as_view(), name="log_samples"),
    path("logg/stickprov/<int:pk>/", log_sample_views.SampleView.as_view(), name="log_sample"),
    path(
        "logg/stickprov/<int:pk>/<int:place>/",
        log_sample_views.CheckView.as_view(),
        name="check_sampled",
    ),
    path("gallring/", retention_views.RetentionView.as_view(), name="retention"),
]

urlpatterns = [
    path("", pages.start, name="start"),
    path("vad-hander-nu/", what_now.page, name="what_now"),
    path("vad-hander-nu/<slug:reader>/", what_now.page, name="what_now_for"),
    path(
        "vad-hander-nu/<slug:reader>/english/",
        what_now.page,
        {"language": "en"},
        name="what_now_in_english",
    ),
    path("hem/", pages.home, name="home"),
    path("tillganglighet/", pages.accessibility, name="accessibility"),
    path("sprak/", login_not_required(set_language), name="set_language"),
    path("healthz", health.healthz, name="healthz"),
    path("csp-rapport/", csp_reports.receive, name="csp_report"),
    path(".well-known/security.txt", public_files.security_txt, name="security_txt"),
    path("robots.txt", public_files.robots_txt, name="robots_txt"),
    path("drift/", include((operator, "klas"))),
    path("", include("accounts.urls")),
    path("aviseringar/", include("notifications.urls")),
    path("lakemedel/", include("medicines.urls")),
    path("motiveringar/", include("motivations.urls")),
    path("apotek/", include("applications.urls")),
    path("kontrollera/", include("decisions.public.urls")),
    path("arenden/", include("decisions.urls")),
    path("licenser/", include("licences.urls")),
    path("statistik/", include("decisions.statistics.urls")),
]
