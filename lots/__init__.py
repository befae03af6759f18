"""The record of a tender: what is bought, who bid, how it was judged.

One aggregate a file. Nothing here knows of Flask; `record` alone turns rows into an evaluation record
for the `scoring` package.
"""
