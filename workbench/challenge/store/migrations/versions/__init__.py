"""One file a change; none is edited once it has landed: tests/challenge/store/test_migrations.py."""
