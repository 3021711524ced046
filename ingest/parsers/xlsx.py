"""Placeholder until the workbook reader is written."""
