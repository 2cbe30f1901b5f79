"""The four SNDS tables of city dispensings: columns by name, with the names some years use."""

from __future__ import annotations

from .contracts import Column, Contract

KEY = (
    "dct_ord_num", "flx_dis_dtd", "flx_emt_num", "flx_emt_ord", "flx_emt_typ", "flx_trt_dtd",
    "org_cle_num", "prs_ord_num", "rem_typ_aff",
)  # fmt: skip
"""The technical key of nine columns that joins ER_PRS_F with its detail tables."""
SENT_WITH = ("flx_dis_dtd", "flx_emt_num", "flx_emt_ord", "flx_emt_typ", "flx_trt_dtd")
"""The columns of the key that say with which flow a line came, not what was dispensed."""
_KEYS = tuple(Column(name) for name in KEY)

ER_PRS_F = Contract(
    "ER_PRS_F",
    (
        *_KEYS,
        Column("ben_nir_psa", ("num_enq",)),
        Column("ben_rng_gem", needed=False),
        Column("exe_soi_dtd", ("exe_soi_dat",)),
    ),
)
ER_PHA_F = Contract(
    "ER_PHA_F",
    (
        *_KEYS,
        Column("pha_ord_num", needed=False),
        Column("pha_prs_c13", ("pha_cip_c13",)),
        Column("pha_act_qsn", ("pha_act_qte",)),
    ),
)
IR_PHA_R = Contract(
    "IR_PHA_R",
    (
        Column("pha_cip_c13", ("pha_prs_c13", "cip13")),
        Column("pha_atc_cla", ("pha_atc_c07", "atc5"), needed=False),
        Column("pha_nom_pa", ("pha_sub_nom",), needed=False),
    ),
)
IR_BEN_R = Contract(
    "IR_BEN_R",
    (
        Column("ben_nir_psa", ("num_enq",)),
        Column("ben_rng_gem", needed=False),
        Column("ben_idt_ano", needed=False),
        Column("ben_sex_cod"),
        Column("ben_nai_ann"),
        Column("ben_dcd_dte", needed=False),
        Column("ben_res_dpt", ("ben_res_reg",), needed=False),
    ),
)
