"""The challenge server: the engine's own functions behind HTTP, and no second logic.

Needs ``pip install 'clinical-ai-workbench[serve]'``; nothing else of the workbench imports it.
"""
