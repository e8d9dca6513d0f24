"""What `sundial build` runs for a Python project, outside of the component: requirements, modules, componentize-py.

It is run by an environment that has componentize-py. Nothing here ends up in a component but `native_library`'s few bytes.
"""
