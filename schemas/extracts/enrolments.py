"""The extract `enrolments`: one membership at the end of the month, as an office reports it.

Belongs here: its fields, header aliases and the rules its rows obey. Rules may use the working columns `month` (first
day of the reported month) and those of the NIK (`schemas.extracts.nik`).
"""

import polars as pl

from schemas.extracts import nik
from schemas.qualifiers import CURRENCY, SCHEME, UNIT, period_of, province_of, status_of_row
from schemas.tables import Field, Kind, Rule, Severity, Table
from schemas.texts import Text

FATAL, CONVENTION, CHARACTERIZATION = Severity.FATAL, Severity.CONVENTION, Severity.CHARACTERIZATION
LEAST_LARGEST_WAGE = 200_000  # IDR per month; our choice: far below every minimum wage, above most wages in thousands
DUMMY_EMPLOYERS = [8 * character for character in "123456789X"]
PROGRAMMES = ("jkk", "jkm", "jht", "jp", "jkp")
_segment = pl.col("segment")
_subsidised = pl.col("payer").is_in(["regional_government", "village_fund"])


def _programme(code: str, title: str) -> Field:
    return Field(
        code,
        Kind.FLAG,
        f"enrolled in {title}",
        source="one column per programme, or the list `programmes`",
        aliases=(f"program_{code}", f"kepesertaan_{code}", f"ikut_{code}"),
        default=False,
        readable=FATAL,
    )


FIELDS = (
    Field("membership_id", Kind.IDENTIFIER, "membership number (KPJ), 11 characters", source="SIPP",
          aliases=("kpj", "no_kpj", "nomor_kpj", "no_peserta", "nomor_peserta"),
          column_required=True, present=FATAL, intact=CONVENTION, width=11),
    nik.field(source="SIPP; UU 24/2013", present_where=_segment != "JAKON"),
    Field("birth_date", Kind.DATE, "date of birth", source="SIPP", aliases=("tanggal_lahir", "tgl_lahir", "dob"),
          column_required=True, present=FATAL, readable=FATAL),
    Field("sex", Kind.CODE, "sex", source="SIPP", codes="sexes", aliases=("jenis_kelamin", "jk", "kelamin", "gender"),
          column_required=True, present=FATAL, readable=FATAL),
    Field("segment", Kind.CODE, "segment of the membership", codes="segments",
          aliases=("segmen", "segmen_peserta", "jenis_kepesertaan"),
          column_required=True, present=FATAL, readable=FATAL),
    _programme("jkk", "work injury insurance"),
    _programme("jkm", "death insurance"),
    _programme("jht", "old-age savings"),
    _programme("jp", "the pension"),
    _programme("jkp", "job-loss insurance"),
    Field("programmes", Kind.LIST, "programmes in one cell (JKK+JKM), instead of one column each", codes="programmes",
          aliases=("program", "daftar_program", "programs"), readable=FATAL),
    Field("employer_id", Kind.IDENTIFIER, "registering employer (NPP), 8 characters", source="SIPP",
          aliases=("npp", "kode_perusahaan", "no_npp", "nomor_pendaftaran_perusahaan"),
          present=FATAL, present_where=_segment == "PU", intact=CONVENTION, width=8),
    Field("employer_division", Kind.IDENTIFIER, "division of the employer, 3 characters", source="SIPP",
          aliases=("divisi", "kode_divisi"), intact=CONVENTION, width=3),
    Field("project_no", Kind.IDENTIFIER, "construction project number, 13 digits", source="E-Jakon",
          aliases=("no_proyek", "nomor_proyek"), present=FATAL, present_where=_segment == "JAKON", intact=CONVENTION,
          width=13),
    Field("work_region", Kind.REGION, "regency of the registering employer or office",
          aliases=("kode_wilayah_kerja", "kab_kerja", "wilayah_kerja", "kode_kab_kerja"), codes="regencies",
          column_required=True, present=FATAL, readable=FATAL),
    Field("home_region", Kind.REGION, "regency of residence", codes="regencies",
          aliases=("kode_wilayah_domisili", "kab_domisili", "domisili", "kode_kab_domisili"),
          present=CONVENTION, readable=CONVENTION),
    Field("kbli", Kind.KBLI, "business activity, five digits", source="KBLI 2020 and 2025", codes="sectors",
          aliases=("kode_kbli", "lapangan_usaha"), readable=CONVENTION),
    Field("occupation", Kind.TEXT, "occupation code as reported", aliases=("pekerjaan", "kode_pekerjaan", "jabatan")),
    Field("wage_idr", Kind.NUMBER, "monthly wage reported, or income declared", "IDR per month", source="SIPP",
          aliases=("upah", "upah_idr", "gaji", "penghasilan"), readable=CONVENTION),
    Field("start_date", Kind.DATE, "first day of the membership", source="SIPP",
          aliases=("tgl_mulai", "tanggal_mulai", "tgl_mulai_bekerja", "tanggal_kepesertaan", "tmt"),
          column_required=True, present=FATAL, readable=FATAL),
    Field("end_date", Kind.DATE, "first day that is no longer covered; empty: no end", source="SIPP, E-Jakon",
          aliases=("tgl_akhir", "tanggal_akhir", "tgl_berakhir", "tanggal_berakhir"), readable=FATAL,
          present=FATAL, present_where=_segment.is_in(["JAKON", "PMI"])),
    Field("paid_through", Kind.MONTH, "last month paid for (BLTH)", "month", source="SIPP",
          aliases=("blth", "blth_akhir", "blth_terakhir", "lunas_sampai"), column_required=True, readable=FATAL,
          present=FATAL, present_where=_segment.is_in(["PU", "BPU"])),
    Field("payer", Kind.CODE, "who pays the contribution", codes="payers", aliases=("sumber_dana", "pembayar"),
          readable=CONVENTION),
    Field("channel", Kind.CODE, "channel of enrolment", codes="channels", aliases=("kanal", "kanal_pendaftaran"),
          readable=CONVENTION),
    Field("vulnerable_basis", Kind.CODE, "reason why the worker counts as vulnerable", codes="vulnerable_bases",
          aliases=("kategori_rentan", "pekerja_rentan"), readable=CONVENTION,
          present=CONVENTION, present_where=_subsidised),
    Field("office_code", Kind.IDENTIFIER, "reporting office", aliases=("kode_kantor", "kantor", "kacab", "kode_kacab"),
          column_required=True, present=FATAL, intact=CONVENTION),
)  # fmt: skip

_nik_date_real = pl.col("nik_birth").is_not_null()
_birth = (
    pl.col("birth_date").dt.day().cast(pl.Int32) * 10000
    + pl.col("birth_date").dt.month().cast(pl.Int32) * 100
    + pl.col("birth_date").dt.year() % 100
)
_month = pl.col("month").first()
_goes_on = pl.col("end_date").is_null() | (pl.col("end_date") >= _month.dt.offset_by("1mo"))
_entry_age = pl.col("start_date").dt.year() - pl.col("birth_date").dt.year()


def _older_than(months: int) -> pl.Expr:
    """Born at least that many calendar months before the reported month."""
    return pl.col("birth_date") < _month.dt.offset_by(f"-{months - 1}mo")


def _fatal(name: str, field: str, holds: pl.Expr, reason: Text, remedy: Text, applies: pl.Expr | None = None) -> Rule:
    return Rule(name, field, FATAL, holds, reason, remedy, applies)


RULES = (
    _fatal("membership_id_format", "membership_id", pl.col("membership_id").str.contains(r"^[0-9A-Z]{11}$"),
           Text("`membership_id` (KPJ) must have 11 letters and digits", "`kpj` harus terdiri atas 11 huruf dan angka"),
           Text("copy the KPJ from the member's card", "salin KPJ dari kartu peserta")),
    Rule("project_worker_named", "nik", CHARACTERIZATION, pl.col("nik").is_not_null(),
         Text("a construction project may enrol workers by number, without NIK",
              "proyek jasa konstruksi boleh mendaftarkan pekerja menurut jumlah, tanpa NIK"),
         Text("give the NIK of each worker", "isi NIK setiap pekerja"),
         applies=_segment == "JAKON"),
    *nik.RULES,
    Rule("nik_sex_agrees", "nik", CONVENTION, pl.col("nik_female") == (pl.col("sex") == "F"),
         Text("`sex` must agree with the NIK, which encodes it", "`jenis_kelamin` harus sesuai dengan NIK, yang memuatnya"),
         Text("check sex and NIK against the identity card", "cocokkan jenis kelamin dan NIK dengan KTP"),
         applies=_nik_date_real),
    Rule("nik_birth_date_agrees", "nik", CONVENTION,
         pl.col("nik_birth") == _birth,
         Text("`birth_date` must agree with the NIK, which encodes it (they may differ after a court decision)",
              "`tanggal_lahir` harus sesuai dengan NIK, yang memuatnya (keduanya dapat berbeda setelah penetapan pengadilan)"),
         Text("check birth date and NIK against the identity card", "cocokkan tanggal lahir dan NIK dengan KTP"),
         applies=_nik_date_real),
    _fatal("age_plausible", "birth_date", _older_than(10 * 12) & ~_older_than(101 * 12),
           Text("a member must be between 10 and 100 years old", "peserta harus berumur 10 sampai 100 tahun"),
           Text("correct `birth_date`", "perbaiki `tanggal_lahir`")),
    Rule("working_age", "birth_date", CONVENTION, _older_than(15 * 12),
         Text("work is allowed from the age of 15 (UU 13/2003)", "orang boleh bekerja mulai umur 15 tahun (UU 13/2003)"),
         Text("check `birth_date`", "periksa `tanggal_lahir`"),
         applies=_older_than(10 * 12)),
    _fatal("programmes_offered", "jp",
           ((_segment == "PU") | ~(pl.col("jp") | pl.col("jkp"))) & ((_segment != "JAKON") | ~pl.col("jht")),
           Text("JP and JKP are for wage earners only, and JHT is not for construction projects (PP 45/2015, PP 37/2021, PP "
                "46/2015)",
                "JP dan JKP hanya untuk penerima upah, dan JHT tidak untuk jasa konstruksi (PP 45/2015, PP 37/2021, PP "
                "46/2015)"),
           Text("correct the programmes or the segment", "perbaiki program atau segmen")),
    _fatal("programme_held", "jkk", pl.any_horizontal(PROGRAMMES),
           Text("a membership that has not ended must hold at least one programme (Perpres 109/2013)",
                "kepesertaan yang belum berakhir harus mengikuti sedikitnya satu program (Perpres 109/2013)"),
           Text("mark the programmes on the member's certificate as yes; if it has none, delete the row or give its `end_date`",
                "isi Y pada program yang tercantum di sertifikat peserta; jika tidak ada, hapus baris itu atau isi "
                "`tgl_akhir`"),
           applies=_goes_on),
    Rule("minimum_programmes", "jkk", CONVENTION, pl.col("jkk") & pl.col("jkm"),
         Text("every membership must hold at least JKK and JKM (Perpres 109/2013)",
              "setiap kepesertaan harus mengikuti sedikitnya JKK dan JKM (Perpres 109/2013)"),
         Text("enrol the member in both", "daftarkan peserta pada kedua program")),
    Rule("employer_id_format", "employer_id", CONVENTION,
         pl.col("employer_id").str.contains(r"^[0-9A-Z]{8}$") & ~pl.col("employer_id").is_in(DUMMY_EMPLOYERS),
         Text("`employer_id` (NPP) must have 8 letters and digits, not one repeated",
              "`npp` harus terdiri atas 8 huruf dan angka, bukan satu angka yang diulang"),
         Text("copy the NPP from the employer's certificate", "salin NPP dari sertifikat kepesertaan pemberi kerja")),
    Rule("employer_division_format", "employer_division", CONVENTION,
         pl.col("employer_division").str.contains(r"^[0-9A-Z]{3}$"),
         Text("`employer_division` must have 3 letters and digits", "`divisi` harus terdiri atas 3 huruf dan angka"),
         Text("copy the division from the employer's certificate", "salin divisi dari sertifikat kepesertaan pemberi kerja")),
    Rule("project_no_format", "project_no", CONVENTION, pl.col("project_no").str.contains(r"^[0-9]{13}$"),
         Text("`project_no` must have 13 digits", "`no_proyek` harus terdiri atas 13 angka"),
         Text("copy the number from the project's certificate", "salin nomor dari sertifikat proyek")),
    _fatal("wage_not_negative", "wage_idr", pl.col("wage_idr") >= 0,
           Text("`wage_idr` must not be negative", "`upah` tidak boleh negatif"),
           Text("correct `wage_idr`", "perbaiki `upah`")),
    Rule("wage_in_rupiah", "wage_idr", CONVENTION, (pl.col("wage_idr") >= LEAST_LARGEST_WAGE)
         | (pl.col("wage_idr").max() >= LEAST_LARGEST_WAGE),
         Text("the largest `wage_idr` of a file must be at least 200,000 IDR; smaller ones are in thousands, and are not read",
              "`upah` terbesar dalam berkas harus sedikitnya Rp200.000; jika lebih kecil, upah itu dalam ribuan dan tidak dibaca"),
         Text("give the wages in IDR, or their unit in a column satuan",
              "isi upah dalam rupiah, atau tuliskan satuannya dalam kolom satuan"),
         applies=pl.col("wage_idr") > 0, clears="wage_idr", judges_column=True),
    Rule("wage_plausible", "wage_idr", CONVENTION, pl.col("wage_idr") <= 1e9,
         Text("a wage above a billion IDR per month is not plausible",
              "upah di atas satu miliar rupiah per bulan tidak wajar"),
         Text("check the decimal and thousands marks of the wage", "periksa tanda desimal dan tanda ribuan pada upah"),
         applies=pl.col("wage_idr") >= 0),
    _fatal("started_by_month_end", "start_date", pl.col("start_date") < _month.dt.offset_by("1mo"),
           Text("the extract holds memberships at the end of the month: this one starts later",
                "berkas memuat kepesertaan pada akhir bulan: kepesertaan ini mulai sesudahnya"),
           Text("deliver the row with its own month", "kirim baris itu bersama bulannya sendiri")),
    Rule("entry_age_bpu", "start_date", CONVENTION, _entry_age <= 65,
         Text("a person can join as BPU until the age of 65",
              "orang dapat mendaftar sebagai peserta BPU sampai umur 65 tahun"),
         Text("check `birth_date` and `start_date`", "periksa `tanggal_lahir` dan `tgl_mulai`"),
         applies=_segment == "BPU"),
    _fatal("end_after_start", "end_date", pl.col("end_date") >= pl.col("start_date"),
           Text("`end_date` must not be before `start_date`", "`tgl_akhir` tidak boleh sebelum `tgl_mulai`"),
           Text("correct the dates", "perbaiki kedua tanggal")),
    Rule("prepaid_at_most_a_year", "paid_through", CONVENTION, pl.col("paid_through") <= _month.dt.offset_by("12mo"),
         Text("at most 12 months can be prepaid", "iuran dapat dibayar di muka paling lama 12 bulan"),
         Text("check `paid_through`", "periksa `blth`")),
    Rule("subsidy_is_bpu", "payer", CONVENTION, _segment == "BPU",
         Text("public budgets pay for BPU members only", "anggaran publik hanya membayar iuran peserta BPU"),
         Text("correct `payer` or `segment`", "perbaiki `sumber_dana` atau `segmen`"),
         applies=_subsidised),
)  # fmt: skip

ENROLMENTS = Table(
    "enrolments",
    "memberships at the end of the month, as delivered by the offices",
    "one row per membership",
    FIELDS,
    key=("membership_id",),
    rules=RULES,
    extract="enrolments",
    void_where=_goes_on & (pl.col("paid_through").is_null() | (pl.col("paid_through") >= _month)),
    one_of=((*PROGRAMMES, "programmes"),),
    qualifiers=(
        SCHEME,
        UNIT,
        CURRENCY,
        status_of_row("status_peserta", "status_kepesertaan", "status_aktif", "status_keaktifan", "keaktifan"),
        *period_of(),
        province_of("work_region", "kode_provinsi_kerja", "provinsi_kerja"),
        province_of("home_region", "kode_provinsi_domisili", "provinsi_domisili"),
    ),
)
