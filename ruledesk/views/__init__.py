"""The pages of the rule desk."""
