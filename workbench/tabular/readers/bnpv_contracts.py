"""The four tables of a BNPV-like extract: columns and codes, in French and English."""

from __future__ import annotations

from .contracts import Column, Contract
from .report_tables import LEVELS

_CASE = Column("case_id", ("numero_cas", "num_cas", "id_cas", "case"))
CASES = Contract(
    "cases",
    (
        _CASE,
        Column("received", ("date_reception", "date_declaration", "received_date")),
        Column("onset", ("date_survenue", "date_effet", "onset_date"), needed=False),
        Column("age", ("age_patient",)),
        Column("age_unit", ("unite_age", "age_unite")),
        Column("sex", ("sexe",)),
        Column("serious", ("grave", "gravite")),
        Column("country", ("pays", "pays_survenue"), needed=False),
        Column("kind", ("type_cas", "type_declaration"), needed=False),
    ),
)
EFFECTS = Contract(
    "effects", (_CASE, *(Column(x, (f"lib_{x}", f"terme_{x}"), needed=False) for x in LEVELS))
)
DRUGS = Contract(
    "drugs",
    (
        _CASE,
        Column("drug", ("medicament", "nom_medicament", "libelle")),
        Column("role", ("role_medicament", "implication")),
        Column("product", ("code_produit", "produit", "code"), needed=False),
        Column("grain", ("niveau", "niveau_codage"), needed=False),
    ),
)
NOTIFIERS = Contract(
    "notifiers", (_CASE, Column("notifier", ("type_notificateur", "notificateur")))
)
ROLES = {
    **dict.fromkeys(["suspect", "s", "1"], "suspect"),
    **dict.fromkeys(["concomitant", "c", "2"], "concomitant"),
    **dict.fromkeys(["interacting", "interaction", "i", "3"], "interacting"),
}
GRAINS = {
    **dict.fromkeys(["pack", "presentation", "présentation", "cip", "cip13"], "pack"),
    **dict.fromkeys(["speciality", "specialite", "spécialité", "cis"], "speciality"),
    **dict.fromkeys(["substance", "dci"], "substance"),
    **dict.fromkeys(["atc5", "atc"], "atc5"),
}
SERIOUS = {
    **dict.fromkeys(["1", "o", "oui", "y", "yes", "true", "grave", "serious"], True),
    **dict.fromkeys(["0", "n", "non", "no", "false", "non grave", "non serious"], False),
}
