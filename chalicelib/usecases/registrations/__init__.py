"""Registrations: the exam, the choices, the commitment, and everything that bears on them."""
