"""A stand-in for Zoom: sign-in, consent, tokens, the REST API and the meeting's own page.

It is a server of its own, started by ``python -m zoomlink.simulator``. It imports nothing of
this project and nothing of this project imports it, so that it cannot share a misreading of
Zoom's documentation with the client it is there to test.
"""
