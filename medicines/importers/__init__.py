"""Registers of other countries, read into ours."""
