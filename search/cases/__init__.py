"""Whole cases instead of passages: past projects like a proposal, case cards, cases side by side."""
