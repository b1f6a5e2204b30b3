"""The floor: what the same answers cost a bare Django view with hand-written SQL.

Same server, same database, same JSON. No middleware, no models, no forms, no permissions, no
bell for a worker; nothing is imported from the product but its settings. It knows only what the
data set has: appointments, hours inside one day and one zone, no holds, limits or overrides.
"""
