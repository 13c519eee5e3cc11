"""What time and the stream of the records table start. Same rights as `api`, and as thin."""
