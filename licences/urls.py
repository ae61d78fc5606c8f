"""Addresses of licences in use, below /licenser/."""

from django.urls import path

from licences.views import card, dispensing, finding, permissions, recall, renewal

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
]
