"""The scripts here make frozen values with packages that tests do not need: none is collected."""

collect_ignore_glob = ["*.py"]
