"""A workflow that becomes a component, and the activity that it calls."""
