"""Pages of a challenge server, in English and French: server-rendered, usable without JavaScript.

A page shows what the functions behind the API's routes give; nothing is decided here a second time.
"""
