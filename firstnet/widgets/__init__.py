"""The explorables: each a Python class of traits beside the ES module that draws it."""
