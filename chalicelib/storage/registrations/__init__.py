"""Registrations and what bears on them: exams, earlier years, commitments, integrity, change requests."""
