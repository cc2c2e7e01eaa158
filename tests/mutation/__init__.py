"""Mutation runs: does some test notice when a piece of the program is made wrong?"""
