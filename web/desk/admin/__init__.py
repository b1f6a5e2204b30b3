"""What Django's admin edits: the catalogue, people, hours and settings.

Sessions, bookings, events, meetings and messages are absent on purpose: only actions
write them.
"""

from allauth.account.admin import EmailAddress
from allauth.mfa.admin import Authenticator
from django.contrib import admin
from django.contrib.auth.admin import Group

from web.desk.admin import asking, catalog, features, people, settings, times

__all__ = ["asking", "catalog", "features", "people", "settings", "times"]

# Kept by other packages: e-mail addresses are proved by codes, groups are the roles, and
# whoever has a second factor switches it on and off themselves.
admin.site.unregister([Authenticator, EmailAddress, Group])
