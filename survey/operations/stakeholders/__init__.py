"""The stakeholder map: what the records of organisations say together, page by page.

Everything here is counted in plain Python, because the process that serves participants serves the
desk as well and has no need of numpy. `analysis.mapping` has the same rules for files; a test holds
the two together.
"""
