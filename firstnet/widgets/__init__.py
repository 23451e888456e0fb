"""The explorables of the book: in each pair a Python class of traits and the ES module that draws it."""
