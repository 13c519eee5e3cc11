"""Messages: telling a candidate, and hearing what became of it."""
