"""Effects of treatment strategies from observed data: target trial emulation."""
