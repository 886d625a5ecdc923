"""Serving the data: a SPARQL endpoint, a graph store to read, pages and a query editor.

One process speaks HTTP and asks nothing itself; worker processes ask the store and may be ended
at any moment, which is the only way to stop a question that runs away.
"""
