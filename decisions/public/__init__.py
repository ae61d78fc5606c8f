"""What anybody may ask the agency."""
