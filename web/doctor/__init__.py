"""What an installation lacks for production; ``manage.py doctor`` prints it."""
