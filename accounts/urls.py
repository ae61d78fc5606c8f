from django.urls import path

from accounts.views import profile, reauthentication, sign_in

app_name = "accounts"
urlpatterns = [
    path("logga-in/", sign_in.SignInView.as_view(), name="sign_in"),
    path("logga-in/demo/", sign_in.demo_sign_in, name="demo_sign_in"),
    path("bekrafta/", reauthentication.ReauthenticateView.as_view(), name="reauthenticate"),
    path("logga-ut/", sign_in.sign_out, name="sign_out"),
    path("uppdrag/", sign_in.ChooseAssignmentView.as_view(), name="choose_assignment"),
    path("profil/", profile.ProfileView.as_view(), name="profile"),
]
