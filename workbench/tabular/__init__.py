"""Claims as tables: one expression for a laptop (DuckDB) and a cluster (Spark), same results.

Needs the extra ``claims`` (``pip install 'clinical-ai-workbench[claims]'``), for Spark ``spark``.
"""
