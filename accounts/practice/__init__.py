"""The right to practise: what the registers of licensed professions say, asked when it matters.

`registers` reads a register (a CSV file, or an HTTP service), `checking` asks on behalf of a person
at sign-in and before they send something, and keeps the answer on the person.
"""
