"""The same program against Temporal's own development server and against Sundial: what each gave, and where they differ.

Owns the comparison and the programs that are compared. What a difference means is said in `known.toml`, where each is explained.
"""
