"""Challenge adverse-event-exposure: exposed patients and person-years from raw flows."""
