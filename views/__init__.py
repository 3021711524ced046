"""What the page draws, one page a file."""
