"""Dates and whole numbers from the text of claims, as expressions of Ibis."""

from __future__ import annotations

from .claims_tables import Claims


def date_of(text: Claims) -> Claims:
    """Return ISO, ``dd/mm/yyyy`` and ``yyyymmdd`` text as dates, null where it is none."""
    if text.type().is_date():
        return text
    import ibis

    text = text.cast("string")
    slashed = text.re_search(r"^\d{2}/\d{2}/\d{4}")
    packed = text.re_search(r"^\d{8}$")
    iso = ibis.cases(
        (slashed, text.substr(6, 4) + "-" + text.substr(3, 2) + "-" + text.substr(0, 2)),
        (packed, text.substr(0, 4) + "-" + text.substr(4, 2) + "-" + text.substr(6, 2)),
        else_=text.substr(0, 10),
    )
    return ibis.ifelse(iso.re_search(r"^\d{4}-\d{2}-\d{2}$"), iso, ibis.null("string")).try_cast(
        "date"
    )


def whole_of(text: Claims) -> Claims:
    """Return whole numbers, null where the text is none: 1.5 is not rounded."""
    if text.type().is_integer():
        return text.cast("int64")
    import ibis

    number = text.try_cast("float64")
    return ibis.ifelse(number == number.floor(), number, ibis.null("float64")).try_cast("int64")
