"""The version of the letters' texts; a letter keeps the version it was written with."""

TEXT_VERSION = "2026-11"
