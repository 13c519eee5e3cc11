"""From domain values to answers: labels, masks and sentences. No rule is decided here."""
