"""What sessions of DuckDB and Spark start with: memory of the one, settings of the other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workbench.errors import UsageError

MEMORY_GB = 3.0
"""Most memory DuckDB takes by itself: a process then stays below 4 GB. More is no help: within it
DuckDB splits groups into parts that a cache holds, and distinct counts of 100 million rows take two
thirds of the time. What does not fit is written to the folder of temporary files."""
# What would otherwise differ between the two, or by the machine: see the suite in conformance.py.
_SPARK = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.shuffle.partitions": "8",
    "spark.ui.enabled": "false",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
}


def most_memory(connection: Any) -> float:
    """Return the memory DuckDB may take where nobody says, GB: less on a small machine."""
    asked = "SELECT memory_limit FROM pragma_database_size()"
    number, unit = connection.raw_sql(asked).fetchone()[0].split()
    scale = {"bytes": 1.0, "KiB": 2.0**10, "MiB": 2.0**20, "GiB": 2.0**30, "TiB": 2.0**40}
    return min(MEMORY_GB, float(number) * scale[unit] / 1e9)


def spark_session(threads: int | None, memory_gb: float | None, settings: Mapping[str, str]) -> Any:
    """Return a Spark session."""
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        raise UsageError(
            "the engine pyspark is not installed",
            remedy="pip install 'clinical-ai-workbench[spark]' (it needs Java 17)",
        ) from None
    builder = SparkSession.builder.master(f"local[{threads or '*'}]")
    chosen = _SPARK | ({} if memory_gb is None else {"spark.driver.memory": f"{memory_gb:g}g"})
    for key, value in (chosen | dict(settings)).items():
        builder = builder.config(key, value)
    return builder.getOrCreate()
