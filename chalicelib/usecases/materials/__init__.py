"""Photos and scans for a review: up, looked at, taken back."""
