"""Orders, refunds, what does not agree, and daily bills."""
