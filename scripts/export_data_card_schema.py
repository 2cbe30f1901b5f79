"""Write the data card's JSON Schema to docs/schemas/, for editors and other programs."""

from pathlib import Path

from workbench import storage
from workbench.data import DataCard

TARGET = Path(__file__).resolve().parents[1] / "docs/schemas/data_card.schema.json"

if __name__ == "__main__":
    print(storage.write_json(TARGET, DataCard.json_schema()))
