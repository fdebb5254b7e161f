"""What the agent costs beside PgBouncer and HAProxy, measured in one run on one machine.

Every measurement is taken in rounds; within a round all contenders take their turn, in a rotating order, so that what
else the machine does falls on all of them alike. What is reported is the median over the rounds.
"""
