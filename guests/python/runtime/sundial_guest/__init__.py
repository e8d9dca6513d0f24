"""What runs inside a Python component, around Temporal's SDK and the author's modules.

`component` is the entry point. Nothing here is imported by an author's code, and nothing here knows the server.
"""
