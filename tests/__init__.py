"""Tests: they mirror the apps; journeys/ drives the running product in a browser."""
