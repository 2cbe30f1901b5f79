"""Claims and reports as tables: readers, engines (DuckDB or Spark, same results), exposure.

Needs the extra ``claims`` (``pip install 'clinical-ai-workbench[claims]'``), for Spark ``spark``.
"""
