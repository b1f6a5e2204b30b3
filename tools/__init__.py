"""Sets up, runs, tests and checks the project. Knows nothing of bookings."""
