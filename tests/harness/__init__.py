"""What all black-box tests share: starting a server, a worker, reading histories, speaking the raw protocol.

Nothing here knows a feature of the server; that is the tests' part.
"""
