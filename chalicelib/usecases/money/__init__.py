"""Money: paid, asked for, noticed, swept, given back, and held against the daily bills."""
