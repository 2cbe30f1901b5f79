"""Mean pooling of tile embeddings: the baseline of attention_mil."""
