"""policy: who may do what, and which approvals a change needs (design, sections 4 and 7).

The room is kept for the rules of governance; nothing is decided here yet.
"""
