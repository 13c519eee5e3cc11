"""HTTP only: read the request, call one use case, answer. No rule lives here."""
