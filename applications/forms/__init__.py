"""What may be typed about applications, by actor."""
