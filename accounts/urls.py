from django.urls import path

from accounts.views import break_glass, profile, reauthentication, sessions, sign_in, single_sign_on

app_name = "accounts"
urlpatterns = [
    path("logga-in/", sign_in.SignInView.as_view(), name="sign_in"),
    path("logga-in/med/<slug:slug>/", single_sign_on.begin, name="begin"),
    path("logga-in/svar/<slug:slug>/", single_sign_on.answer, name="answer"),
    path("logga-in/problem/<slug:trouble>/", single_sign_on.trouble, name="trouble"),
    path("logga-in/nycklar.json", single_sign_on.client_keys, name="client_keys"),
    path("logga-in/legitimation/", sign_in.NoLicenceView.as_view(), name="no_licence"),
    path("logga-in/nod/", break_glass.BreakGlassView.as_view(), name="break_glass"),
    path("logga-in/tid/", sessions.time_left, name="time_left"),
    path("bekrafta/", reauthentication.ReauthenticateView.as_view(), name="reauthenticate"),
    path("logga-ut/", sign_in.sign_out, name="sign_out"),
    path("logga-ut/klart/", sign_in.signed_out, name="signed_out"),
    path("uppdrag/", sign_in.ChooseAssignmentView.as_view(), name="choose_assignment"),
    path("profil/", profile.ProfileView.as_view(), name="profile"),
    path("profil/inloggningar/", sessions.end, name="end_sessions"),
]
