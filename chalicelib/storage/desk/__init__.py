"""Authorities, and the passwords that their clerks give out."""
