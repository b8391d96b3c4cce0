"""Reads a pack: a folder with `pack.toml` and a pair of files for each control."""

from __future__ import annotations

import datetime as dt
import hashlib
import math
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from overt.controls._control import Authority, Control, Effect, Pack, Severity, Threshold
from overt.controls._header import read_bases, read_header, read_in_force
from overt.controls._kept import Texts
from overt.controls._law import LAW_FILE, by_text
from overt.controls._variant import TABLES, Variant, own_cases, read_variant
from overt.encoding import read_toml
from overt.law import Law, read_law, shipped_law
from overt.refusals import Refusal, nearest, raise_all

TEXT_FIELDS = ("name", "version", "title", "jurisdiction", "owner")
_MAX_BYTES = 1_000_000
# Names that a shipped pack has besides its own: it is the same pack, with the same digest.
_ALSO = {"uk-england": "core"}


def shipped_packs() -> dict[str, Path]:
    """The packs that come with Overt, by name."""
    folder = Path(str(files("overt"))) / "packs"
    return {path.parent.name: path.parent for path in sorted(folder.glob("*/pack.toml"))}


def own_name(name: str) -> str:
    """The name that a shipped pack calls itself by, where `name` is another name of it."""
    return _ALSO.get(name, name)


def also_named(name: str) -> tuple[str, ...]:
    """The other names of a shipped pack."""
    return tuple(other for other, own in _ALSO.items() if own == name)


def find_pack(name_or_folder: str) -> Path:
    """The folder of a shipped pack by its name, in any case, or of anyone's by its path; refuses what is neither."""
    shipped = shipped_packs()
    if own_name(name_or_folder) in shipped:
        return shipped[own_name(name_or_folder)]
    folder = Path(name_or_folder)
    if (folder / "pack.toml").is_file():
        return folder
    if own_name(name_or_folder.lower()) in shipped:
        return shipped[own_name(name_or_folder.lower())]
    found = "there is no built-in pack or pack folder with this name"
    remedy = nearest(name_or_folder, [*shipped, *_ALSO], "run `overt pack list` to see the built-in packs")
    raise Refusal("pack-not-found", name_or_folder, found, "", remedy)


def read_pack(folder: Path) -> Pack:
    """The pack in `folder`; refused with every fault that it has."""
    return _read_pack(folder, anew=False)[0]


def prepared_texts(folder: Path) -> str:
    """What was read of the texts of a pack that comes with Overt, as the file beside it has it."""
    return _read_pack(folder, anew=True)[1].as_json()


def _read_pack(folder: Path, *, anew: bool) -> tuple[Pack, Texts]:
    settings, refusals = _read_settings(folder)
    variant = _read_variant(settings, folder, refusals)
    thresholds = _together(variant, _read_thresholds(settings, folder, refusals), folder, refusals)
    digest = _digest(folder, variant)
    texts = _texts(folder, variant, digest, anew=anew)
    reading = _Reading(folder, settings, refusals, variant, thresholds, _law(folder / LAW_FILE), digest, texts)
    left_out = _table(settings, "left_out")
    inherited = [each for each in variant.base.controls if each.id not in left_out] if variant else []
    controls = [_read_control(each.path, reading, variant) for each in inherited if each.path]
    controls += [_read_control(path, reading) for path in sorted(folder.glob("*.sql"))]
    pack = _pack(reading, [each for each in controls if each])
    texts.keep()
    return pack, texts


def _texts(folder: Path, variant: Variant | None, digest: str, *, anew: bool) -> Texts:
    """The texts that were read before. Those of a variant are mostly those of the pack of which it is one."""
    base = variant.base.path if variant else None
    if anew:
        return Texts(_read_pack(base, anew=True)[1].new if base else {})
    beside = [each for each in (base, folder) if each in shipped_packs().values()]
    return Texts.of_user(digest, Texts.of_shipped(*filter(None, beside)))


@dataclass(frozen=True)
class _Reading:
    """A pack that is being read, and what is wrong with it so far."""

    folder: Path
    settings: dict[str, Any]
    refusals: list[Refusal]
    variant: Variant | None
    thresholds: dict[str, Threshold]
    law: Law
    digest: str
    texts: Texts


@cache
def jurisdiction_of(name: str) -> str:
    """The jurisdiction of a shipped pack, without reading its controls; nothing for a pack that Overt does not ship."""
    folder = shipped_packs().get(own_name(name))
    return str(read_toml(_read(folder / "pack.toml")).get("jurisdiction", "")) if folder else ""


def text_of(control: Control, pack: Pack) -> str:
    """The control as its file has it; one that the pack takes over from another, as the pack has it."""
    path = control.path or Path()
    text = _read(path)
    if pack.variant is None or not pack.is_inherited(control):
        return text
    header = read_header(text, str(path))
    pack.variant.vary(header)
    return header.as_text()


def _pack(reading: _Reading, controls: list[Control]) -> Pack:
    folder, settings, refusals, variant = reading.folder, reading.settings, reading.refusals, reading.variant
    if not controls and not refusals:
        refusals.append(
            Refusal("pack-empty", str(folder), "the folder has no control", "pairs of name.sql and name.cases.md")
        )
    refusals += _duplicates(controls)
    used = {name for control in controls for name in control.thresholds}
    unused = set(_table(settings, "thresholds")) - used
    if unused and not refusals:
        found = ", ".join(sorted(unused))
        refusals.append(Refusal("pack-unused-threshold", str(folder / "pack.toml"), found, "a control that uses it"))
    raise_all(refusals)
    return Pack(
        **{name: settings[name] for name in TEXT_FIELDS},
        digest=reading.digest,
        thresholds={name: each for name, each in reading.thresholds.items() if name in used},
        sources=(variant.base.sources if variant else {}) | _table(settings, "sources"),
        left_out=(variant.base.left_out if variant else {}) | _table(settings, "left_out"),
        controls=tuple(sorted(controls, key=lambda control: control.id)),
        path=folder,
        law=reading.law,
        variant=variant,
    )


def _read_variant(settings: dict[str, Any], folder: Path, refusals: list[Refusal]) -> Variant | None:
    """What the pack says otherwise than the shipped pack of which it is a variant, where it is one."""
    where = str(folder / "pack.toml")
    name = settings.get("variant_of")
    if name is None or refusals:
        refusals += [
            Refusal(
                "pack-field", where, f"{each}, in a pack that is not a variant", "variant_of, and the name of a pack"
            )
            for each in TABLES
            if each in settings and name is None
        ]
        return None
    shipped = shipped_packs()
    path = shipped.get(own_name(name))
    if path is None or path == folder or "variant_of" in read_toml(_read(path / "pack.toml")):
        wanted = "the name of a built-in pack that is not a variant"
        refusals.append(Refusal("variant-of-what", where, name, wanted))
        return None
    variant, malformed = read_variant(settings, read_pack(path), where)
    refusals += malformed
    return variant


def _law(path: Path) -> Law:
    return shipped_law().with_sources(read_law(_read(path), str(path))) if path.is_file() else shipped_law()


def _read_settings(folder: Path) -> tuple[dict[str, Any], list[Refusal]]:
    path = folder / "pack.toml"
    try:
        settings = read_toml(_read(path))
    except ValueError as error:
        return {}, [Refusal("pack-not-toml", str(path), str(error), "TOML")]
    tables = ("sources", "thresholds", "left_out", *TABLES)
    texts = (*TEXT_FIELDS, "variant_of")
    wanted = (*texts, *tables)
    refusals = [
        Refusal("pack-field", str(path), f"{name} is {type(settings.get(name)).__name__}", "text")
        for name in texts
        if not isinstance(settings.get(name, "" if name == "variant_of" else None), str)
    ]
    refusals += [
        Refusal("pack-field", str(path), f"{name} is {type(settings[name]).__name__}", "a table")
        for name in tables
        if not isinstance(settings.get(name, {}), dict)
    ]
    refusals += [
        Refusal("pack-field", str(path), f"{name} is not a field of a pack", ", ".join(wanted))
        for name in settings
        if name not in wanted
    ]
    return settings, refusals


def _read_thresholds(settings: dict[str, Any], folder: Path, refusals: list[Refusal]) -> dict[str, Threshold]:
    thresholds = {}
    for name, table in _table(settings, "thresholds").items():
        value, reason = (table.get("value"), table.get("reason")) if isinstance(table, dict) else (None, None)
        if (
            not isinstance(value, int | float | str | dt.date)
            or isinstance(value, bool | dt.datetime)
            or (isinstance(value, float) and not math.isfinite(value))
            or not isinstance(reason, str)
            or not reason.strip()
        ):
            where = f"{folder / 'pack.toml'}, thresholds.{name}"
            refusals.append(
                Refusal("pack-threshold", where, "the value or the reason is missing", "a value and the reason for it")
            )
            continue
        thresholds[name] = Threshold(name, value, reason)
    return thresholds


def _together(
    variant: Variant | None, own: dict[str, Threshold], folder: Path, refusals: list[Refusal]
) -> dict[str, Threshold]:
    """The thresholds of a pack, in place of those of the pack of which it is a variant."""
    before = variant.thresholds() if variant else {}
    for name in sorted(before.keys() & own.keys()):
        kinds = [int if isinstance(each[name].value, float) else type(each[name].value) for each in (before, own)]
        if kinds[0] is not kinds[1]:
            where, wanted = f"{folder / 'pack.toml'}, thresholds.{name}", f"{kinds[0].__name__}, as in the base"
            refusals.append(Refusal("pack-threshold", where, kinds[1].__name__, wanted))
    return before | own


def _table(settings: dict[str, Any], name: str) -> dict[str, Any]:
    found = settings.get(name, {})
    return dict(found) if isinstance(found, dict) else {}


def _read_control(path: Path, reading: _Reading, variant: Variant | None = None) -> Control | None:
    """One control; one of the pack that this is a `variant` of, as the variant has it."""
    refusals, thresholds, cases = reading.refusals, reading.thresholds, path.with_suffix(".cases.md")
    header = read_header(_read(path), str(path))
    if variant:
        header.where = f"{reading.folder}/pack.toml, {header.one('id')}"
        variant.vary(header)
        cases = own_cases(reading.folder, path)
    kind = header.choice("kind", Authority)
    severity = header.choice("severity", Severity)
    gate = header.choice("gate", Effect)
    basis, in_force = read_bases(header), read_in_force(header)
    dated = header.one("dated") or None
    values = {name: each.value for name, each in thresholds.items()}
    text, prepared, faults = reading.texts.read(
        header.sql, str(path), dated=dated, scoped_by_date=in_force is not None, values=values
    )
    refusals += header.refusals + faults
    if not cases.is_file():
        refusals.append(Refusal("control-without-cases", str(path), "the control has no test cases", cases.name))
    if text is None or kind is None or severity is None or gate is None:
        return None
    used = tuple(name for name in text.parameters if name != "as_of")
    refusals += [
        Refusal("control-unknown-threshold", str(path), f":{name}", f"as_of, {', '.join(sorted(thresholds))}")
        for name in used
        if name not in thresholds
    ]
    return Control(
        id=header.one("id"),
        title=header.one("title"),
        asks=header.one("asks"),
        kind=kind,
        severity=severity,
        gate=gate,
        basis=tuple(each for one in basis for each in by_text(one, reading.law)),
        limits=header.one("limits"),
        remedy=header.one("remedy"),
        sql=header.sql,
        key=text.key,
        columns=text.columns,
        needs=text.needs,
        optional=text.optional,
        thresholds=used,
        found_in=tuple(header.fields.get("found in", ())),
        dated=dated,
        in_force=in_force,
        holds_in=header.one("holds in"),
        path=path,
        cases=cases,
        written=basis,
        prepared=prepared,
    )


def _duplicates(controls: list[Control]) -> list[Refusal]:
    seen: dict[str, Control] = {}
    refusals = []
    for control in controls:
        if control.id in seen:
            found = f"{control.id}, as in {seen[control.id].path}"
            refusals.append(Refusal("control-twice", str(control.path), found, "another id"))
        seen[control.id] = control
    return refusals


def _digest(folder: Path, variant: Variant | None) -> str:
    """SHA-256 over the names and bytes of the pack's files, in the order of their names.

    Of a variant the digest of the pack that it is one of comes first.
    """
    digest = hashlib.sha256(f"{variant.base.name}\n{variant.base.digest}\n".encode() if variant else b"")
    settings = [path for path in (folder / "pack.toml", folder / LAW_FILE) if path.is_file()]
    for path in sorted([*settings, *folder.glob("*.sql"), *folder.glob("*.cases.md")]):
        content = path.read_bytes()
        digest.update(f"{path.name}\n{len(content)}\n".encode() + content)
    return digest.hexdigest()


def _read(path: Path) -> str:
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise Refusal("pack-file-too-large", str(path), f"{path.stat().st_size:,} bytes", f"{_MAX_BYTES:,} at most")
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise Refusal("pack-unreadable", str(path), error.strerror or "cannot be read", "a readable file") from error
    except UnicodeDecodeError as error:
        raise Refusal("pack-not-utf8", str(path), f"byte {error.start} is not UTF-8", "UTF-8 text") from error
