"""Material of registrations."""
