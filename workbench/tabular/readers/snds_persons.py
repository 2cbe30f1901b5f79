"""Who is who in IR_BEN_R, and what a pack is in IR_PHA_R.

A pseudonym (BEN_NIR_PSA) is not a person: twins of one sex share it and differ by their rank, and
one person gets another with another insured. BEN_IDT_ANO, where the extraction has it, is the
person; elsewhere pseudonym and rank together are, and the reading says so.
"""

from __future__ import annotations

from datetime import date

from .claims_tables import Claims, refuse_repeated
from .claims_values import date_of, whole_of
from .ledger import Ledger

_NOT_DEAD_BEFORE = 1901  # IR_BEN_R writes 1600-01-01 for the living
_OLDEST_BIRTH = 1880


def identities(people: Claims, ledger: Ledger) -> Claims:
    """Return ``nir, rank, person_id``, one row a pseudonym and rank.

    Raises:
        DataError: ``identity-conflict``: one pseudonym and rank with two identities.
    """
    who = _with_person(people).select("nir", "rank", "person_id").distinct().cache()
    refuse_repeated(who, ["nir", "rank"], "IR_BEN_R", ledger.source, "identity-conflict")
    bare = people.filter(people.ben_idt_ano.isnull())
    message = "no BEN_IDT_ANO: pseudonym and rank stand for the person; changed ones stay apart"
    ledger.decide("identity-by-pseudonym", "IR_BEN_R", int(bare.count().execute()), message)
    counted = who.group_by("person_id").agg(times=who.count())
    several = int(counted.filter(counted.times > 1).count().execute())
    ledger.decide("joined-pseudonyms", "IR_BEN_R", several, "persons with several pseudonyms")
    pairs = who.group_by("nir").agg(times=who.person_id.nunique())
    twins = int(pairs.filter(pairs.times > 1).count().execute())
    ledger.decide("split-pseudonyms", "IR_BEN_R", twins, "pseudonyms of several persons (twins)")
    return who


def person_table(people: Claims, start: date, end: date | None, ledger: Ledger) -> Claims:
    """Return ``person``: one row a person; what several rows of one person disagree on is missing.

    Args:
        people: IR_BEN_R as text.
        start: First day of cover.
        end: Last day of cover.
        ledger: Where disagreements are counted.
    """
    import ibis

    rows = _with_person(people)
    year = whole_of(rows.ben_nai_ann)
    dead = date_of(rows.ben_dcd_dte)
    rows = rows.mutate(
        sex_code=rows.ben_sex_cod.cases(("1", "M"), ("01", "M"), ("2", "F"), ("02", "F")),
        year=ibis.ifelse(year >= _OLDEST_BIRTH, year, ibis.null("int64")),
        died=ibis.ifelse(dead.year() >= _NOT_DEAD_BEFORE, dead, ibis.null("date")),
    )
    persons = rows.group_by("person_id").agg(
        sex=_agreed(rows.sex_code),
        birth_year=_agreed(rows.year),
        region=_agreed(rows.ben_res_dpt),
        death_date=rows.died.min(),
        two_sexes=rows.sex_code.nunique() > 1,
        two_years=rows.year.nunique() > 1,
        two_regions=rows.ben_res_dpt.nunique() > 1,
    )
    reversed_death = persons.death_date.year() < persons.birth_year
    persons = persons.mutate(reversed_death=reversed_death.fill_null(False)).cache()
    for column, words in {
        "two_sexes": "two sexes: missing",
        "two_years": "two years of birth: missing",
        "two_regions": "two places of residence: missing",
        "reversed_death": "death before birth: the death is missing",
    }.items():
        rows_found = int(persons.filter(persons[column]).count().execute())
        code = "reversed-dates" if column == "reversed_death" else "person-conflict"
        ledger.decide(code, "person", rows_found, words)
    unknown = persons.filter(persons.birth_year.isnull() | persons.sex.isnull())
    message = "no year of birth or no sex"
    ledger.decide("unknown-characteristics", "person", int(unknown.count().execute()), message)
    death = ibis.ifelse(persons.reversed_death, ibis.null("date"), persons.death_date)
    return persons.select(
        "person_id",
        "sex",
        "birth_year",
        "region",
        cover_start=ibis.literal(start),
        cover_end=ibis.null("date") if end is None else ibis.literal(end),
        death_date=death,
    )


def product_table(packs: Claims, ledger: Ledger) -> Claims:
    """Return ``product`` from IR_PHA_R; an ATC code that is not of level 5 is missing (counted)."""
    import ibis

    whole = packs.pha_atc_cla.re_search(r"^[A-Z][0-9]{2}[A-Z]{2}[0-9]{2}$").fill_null(False)
    short = packs.filter(packs.pha_atc_cla.notnull() & ~whole)
    message = "ATC code that is not of level 5 (A00AA00): missing"
    ledger.decide("atc-not-level-5", "IR_PHA_R", int(short.count().execute()), message)
    return packs.select(
        cip13=packs.pha_cip_c13,
        cis=ibis.null("string"),
        substance=packs.pha_nom_pa,
        atc5=ibis.ifelse(whole, packs.pha_atc_cla, ibis.null("string")),
        ddd_per_box=ibis.null("float64"),
    )


def rank_of(text: Claims) -> Claims:
    """Return the rank of twins as text without leading zeros; 1 where there is none."""
    return whole_of(text).fill_null(1).cast("string")


def _with_person(people: Claims) -> Claims:
    """Return IR_BEN_R with ``nir``, ``rank`` and ``person_id``."""
    rank = rank_of(people.ben_rng_gem)
    by_pseudonym = people.ben_nir_psa + "-" + rank
    return people.mutate(
        nir=people.ben_nir_psa, rank=rank, person_id=people.ben_idt_ano.fill_null(by_pseudonym)
    )


def _agreed(values: Claims) -> Claims:
    """Return the one value of a group, null where there are several."""
    import ibis

    return ibis.ifelse(values.nunique() == 1, values.min(), ibis.null(values.type()))
