"""What an operator runs from a shell, with the product's environment. Same rights as `api`; never packed."""
