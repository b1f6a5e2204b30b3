"""The ways a message leaves the house.

Each ``send(message)`` returns True when it went out and False when it was caught, there
being no way out; it raises one of the errors of ``notifications.channels.errors``.
"""
