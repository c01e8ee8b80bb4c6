"""The demo: marked sample applications in every state, made by the steps of people who do not exist."""
