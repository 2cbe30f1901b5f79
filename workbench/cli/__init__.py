"""The command line: one ``workbench <verb>``, thin and lazy; each verb is one file of this room.

A verb reads its arguments, calls one function of a lower room and prints what it returns: the
result on stdout, everything else on stderr.
"""
