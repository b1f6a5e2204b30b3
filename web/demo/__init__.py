"""A small working company to try everything on (``manage.py demo``)."""
