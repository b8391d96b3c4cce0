"""Overt audits registers of people, and keeps them in the open."""

from importlib.metadata import version

__version__ = version("overt")
