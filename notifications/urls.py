"""Addresses of the notices."""

from django.urls import path

from notifications.views.listing import MarkAllReadView, NoticeListView, OpenNoticeView
from notifications.views.settings import MailSettingsView

app_name = "notifications"
urlpatterns = [
    path("", NoticeListView.as_view(), name="list"),
    path("<int:pk>/", OpenNoticeView.as_view(), name="open"),
    path("<int:pk>/alla-lasta/", MarkAllReadView.as_view(), name="mark_all_read"),
    path("e-post/", MailSettingsView.as_view(), name="settings"),
]
