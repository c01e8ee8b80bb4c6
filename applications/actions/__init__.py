"""What happens when somebody does something to an application, by actor."""
