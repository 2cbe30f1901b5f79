"""Claims and reports as tables: readers, engines, exposure."""
