"""Turns texts of the library into the office formats of its users, the same bytes each time."""
