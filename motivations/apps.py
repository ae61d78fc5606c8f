from django.apps import AppConfig


class MotivationsConfig(AppConfig):
    name = "motivations"
