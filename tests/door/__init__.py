"""Tests of what Python users are promised."""
