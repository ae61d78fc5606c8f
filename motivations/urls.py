from django.urls import URLPattern

app_name = "motivations"
urlpatterns: list[URLPattern] = []
