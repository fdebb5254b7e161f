"""The development stack: a private PostgreSQL, the control plane, an agent and a demo, started and ended together.

The tests and the benchmark start the same stack on ports of their own and use the clients in here.
"""
