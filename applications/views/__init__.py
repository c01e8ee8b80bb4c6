"""Pages of applications, by actor."""
