"""What staff show besides their password: a code of an app, or one they keep on paper.

The rows are ``allauth.mfa``'s, and so is the arithmetic of codes. Its pages are not mounted,
its stages of a login not used: they are made for clients' sign-in, which has no second factor.
"""
