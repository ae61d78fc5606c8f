"""Pages of the register of licence products."""
