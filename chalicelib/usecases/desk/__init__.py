"""What clerks do: reviews, identities, windows, help. Finance has its desk in `money`."""
