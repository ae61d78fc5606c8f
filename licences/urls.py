"""Addresses of licences in use, below /licenser/."""

from django.urls import path

from licences.views import (
    acts,
    card,
    correcting,
    dispensing,
    finding,
    oversight,
    permissions,
    recall,
    renewal,
    safety,
)

app_name = "licences"
urlpatterns = [
    path("", finding.OwnView.as_view(), name="own"),
    path("hitta/", finding.FindView.as_view(), name="find"),
    path("<int:pk>/", card.CardView.as_view(), name="card"),
    path("<int:pk>/utskrift/", card.PrintView.as_view(), name="print"),
    path("<int:pk>/fornya/", renewal.RenewView.as_view(), name="renew"),
    path("<int:pk>/uttag/", dispensing.DispenseView.as_view(), name="dispense"),
    path("uttag/<int:pk>/", dispensing.ReceiptView.as_view(), name="receipt"),
    path("uttag/<int:pk>/ratta/", dispensing.ReverseView.as_view(), name="reverse"),
    path("tillstand/", permissions.PermissionsView.as_view(), name="permissions"),
    path("tillstand/nytt/", permissions.AddPermissionView.as_view(), name="permission_add"),
    path(
        "tillstand/<int:pk>/avsluta/",
        permissions.EndPermissionView.as_view(),
        name="permission_end",
    ),
    path("indragning/", recall.RecallView.as_view(), name="recall"),
    path("indragning/csv/", recall.RecallCsvView.as_view(), name="recall_csv"),
    path("indragning/<int:pk>/", recall.RecalledView.as_view(), name="recalled"),
    path("indragning/<int:pk>/avsluta/", recall.EndRecallView.as_view(), name="recall_end"),
    path("sakerhet/<int:pk>/", safety.SafetyToldView.as_view(), name="safety_told"),
    # The agency's own.
    path("tillsyn/", oversight.OversightListView.as_view(), name="oversight"),
    path("tillsyn/<int:pk>/", oversight.OversightView.as_view(), name="oversee"),
    path("tillsyn/<int:pk>/stoppa/", acts.SuspendView.as_view(), name="suspend"),
    path("tillsyn/<int:pk>/hav/", acts.LiftView.as_view(), name="lift"),
    path("tillsyn/<int:pk>/aterkalla/", acts.RevokeView.as_view(), name="revoke"),
    path(
        "tillsyn/<int:pk>/aterkalla/kontrasignera/",
        acts.SignRevocationView.as_view(),
        name="sign_revocation",
    ),
    path("tillsyn/arende/<int:pk>/ratta/", correcting.CorrectView.as_view(), name="correct"),
    path("tillsyn/sakerhet/", safety.SafetyView.as_view(), name="safety"),
    path("tillsyn/sakerhet/<int:pk>/", safety.SafetyActionView.as_view(), name="safety_action"),
]
