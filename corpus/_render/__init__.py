"""Turns texts of the library into the office formats that its users have, byte for byte the same each time."""
