"""Personal data in a document: found, counted and, unless it is to be kept, masked character for character.

What is looked for identifies a private person by itself: the numbers of identity cards, mobile phones and
bank cards, e-mail addresses, and homes down to the room. Landlines, hotlines (12345, 400-…) and addresses
under gov.cn are those of offices and stay, as does a house number without a room or the room of an office.
A masked text is as long as it was, so that every offset holds, and nothing more is found in it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from ingest.models import Document

IDENTITY, MOBILE, BANK_CARD, EMAIL, HOME = KINDS = ("身份证号", "手机号", "银行卡号", "电子邮箱", "住址")
_SHOWN = {IDENTITY: (3, 4), MOBILE: (3, 4), BANK_CARD: (4, 4)}  # digits left at the beginning and at the end

# Full-width digits, letters and joiners as the ASCII ones, each in its place.
_PLAIN = {
    code: code - 0xFEE0
    for first, last in ("０９", "ＡＺ", "ａｚ")
    for code in range(ord(first), ord(last) + 1)
}
_PLAIN |= str.maketrans("＠．＿＋－–‐‑−　", "@._+----- ")
_URL = re.compile(r"(?:https?|ftp)://[!-~]+|www\.[!-~]+")

# What may not stand beside a number: more of it, what was masked of it, decimals, units of an amount.
_LEFT = r"(?<![0-9*_/=])(?<![0-9]\.)"
_RIGHT = r"(?![0-9*_]|\.[0-9]|元|[万亿]|[%％]|人次|平方)"
_OTHER_NUMBER = re.compile(
    r"(?<!身份证)(?:编号|代码|单号|票号|文号|流水号|许可证号|登记号|备案号)[为是：:|\s]*$"
)
_CARD = re.compile(r"银行|[卡账帐]号|[账帐]户|储蓄卡|信用卡")
_ISSUER = re.compile(r"(?:62|9558)[0-9]{14}|(?:4[0-9]|5[1-5])[0-9]{14}$")  # UnionPay, ICBC; Visa, Mastercard
_BEFORE = 24  # characters before a number that say what it is

# The beginnings of the county codes (GB/T 2260) in identity numbers.
_PROVINCES = frozenset(
    "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83".split()
)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643-1999, by ISO 7064 MOD 11-2
_CHECKS = "10X98765432"

_NUMBER = "[0-9一二三四五六七八九十百〇零]{1,5}"
_HOUSE = f"(?:{_NUMBER}|[A-Za-z]|[0-9]{{1,3}}[A-Za-z])"
_ROOM = "(?:[0-9]{2,4}[A-Za-z]?|[一二三四五六七八九〇零]{3,4})"
_OFFICE = re.compile(
    r"(?:(?:办公|活动|报名|受理|接待|会议|集合|培训)(?:地址|地点)|设[在于])[^，。；\n]{0,16}$"
)


class Finding(NamedTuple):
    """One of KINDS at ``[start, end)`` of a text."""

    kind: str
    start: int
    end: int


def is_identity_number(number: str) -> bool:
    """Whether 18 characters, or 15 of the form issued before 1999, are a well-formed identity number.

    >>> is_identity_number("11010519491231002X"), is_identity_number("110105194912310021")
    (True, False)
    """
    born = f"19{number[6:12]}" if len(number) == 15 else number[6:14]
    try:
        date(int(born[:4]), int(born[4:6]), int(born[6:]))
    except ValueError:
        return False
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, number, strict=False))
    checked = len(number) == 15 or _CHECKS[total % 11] == number[17].upper()
    return checked and number[:2] in _PROVINCES


def passes_luhn(number: str) -> bool:
    """Whether the last digit of a card's number checks the others (ISO/IEC 7812-1).

    >>> passes_luhn("4111111111111111"), passes_luhn("4111111111111112")
    (True, False)
    """
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(number)))
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def _is_identity(number: str, before: str) -> bool:
    return is_identity_number(number) and not _OTHER_NUMBER.search(before)


def _is_mobile(number: str, before: str) -> bool:
    return not _OTHER_NUMBER.search(before)


def _is_card(number: str, before: str) -> bool:
    """A row of digits is a card's by its issuer, or where a card or an account is spoken of."""
    known = bool(_ISSUER.match(number) or _CARD.search(before))
    return known and passes_luhn(number) and not _OTHER_NUMBER.search(before)


def _is_grouped_card(number: str, before: str) -> bool:
    """Groups of four may be four numbers of a table: foreign issuers alone don't tell."""
    return _is_card(number, before) and (number.startswith(("62", "9558")) or bool(_CARD.search(before)))


def _is_private(address: str, before: str) -> bool:
    return not address.lower().endswith("govcn")


def _is_home(address: str, before: str) -> bool:
    return not _OFFICE.search(before)


@dataclass(frozen=True, slots=True)
class _Form:
    """One way to write a kind: the pattern, with the finding as its group ``it``, and what has to hold of it.

    ``holds`` gets the finding's letters and digits and the characters before it.
    """

    kind: str
    pattern: re.Pattern[str]
    holds: Callable[[str, str], bool]


def _number(kind: str, it: str, holds: Callable[[str, str], bool]) -> _Form:
    return _Form(kind, re.compile(f"{_LEFT}(?P<it>{it}){_RIGHT}"), holds)


_FORMS = (  # what an earlier one found is no part of what a later one finds
    _Form(
        EMAIL,
        re.compile(
            r"(?<![\w.%+*-])(?P<it>[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,4}[A-Za-z]{2,24})(?![\w-])",
            re.ASCII,
        ),
        _is_private,
    ),
    _number(IDENTITY, r"[1-9][0-9]{5}(?P<gap>[ -]?)(?:19|20)[0-9]{6}(?P=gap)[0-9]{3}[0-9Xx]", _is_identity),
    _number(IDENTITY, r"[1-9][0-9]{14}", _is_identity),
    _number(BANK_CARD, r"[3-9][0-9]{12,18}", _is_card),
    _number(
        BANK_CARD,
        r"[3-9][0-9]{3}(?P<gap>[ -])[0-9]{4}(?:(?P=gap)[0-9]{4}){2}(?P=gap)[0-9]{1,3}",
        _is_grouped_card,
    ),
    _number(
        BANK_CARD, r"[3-9][0-9]{3}(?P<gap>[ -])[0-9]{4}(?P=gap)[0-9]{4}(?P=gap)[0-9]{1,4}", _is_grouped_card
    ),
    _number(BANK_CARD, r"[3-9][0-9]{5}[ -][0-9]{10,13}", _is_grouped_card),
    _Form(
        MOBILE,
        re.compile(
            rf"(?:(?<![0-9*])(?:\+|00)?86[ -]?|{_LEFT})(?P<it>1[3-9][0-9](?P<gap>[ -]?)[0-9]{{4}}(?P=gap)[0-9]{{4}}){_RIGHT}"
        ),
        _is_mobile,
    ),
    _Form(
        HOME,
        re.compile(
            rf"(?<![0-9月*])(?P<it>(?:{_NUMBER}弄\s?)?(?:{_HOUSE}(?:号楼|号|栋|幢|座|单元)\s?){{1,3}}(?:{_NUMBER}[楼层]\s?)?{_ROOM}室"
            rf"|(?:{_NUMBER}弄\s?)?(?:{_HOUSE}(?:号楼|号|栋|幢|座)\s?)?{_NUMBER}单元[0-9]{{3,4}}(?![0-9户人平米元年个名套间号台层%.]))"
        ),
        _is_home,
    ),
)


def find(text: str) -> list[Finding]:
    """What is found in a text, in reading order, no two overlapping; nothing inside a web address."""
    plain = text.translate(_PLAIN)
    taken = bytearray(len(plain))
    for match in _URL.finditer(plain):
        taken[match.start() : match.end()] = b"x" * len(match[0])
    found: list[Finding] = []
    for form in _FORMS:
        for match in form.pattern.finditer(plain):
            start, end = match.span("it")
            before = plain[max(start - _BEFORE, 0) : start]
            if not any(taken[start:end]) and form.holds(_squeezed(match["it"]), before):
                taken[start:end] = b"x" * (end - start)
                found.append(Finding(form.kind, start, end))
    return sorted(found, key=lambda finding: finding.start)


def _squeezed(text: str) -> str:
    return "".join(filter(str.isalnum, text))


def mask(text: str) -> str:
    """The text with everything that is found made unreadable: as long as it was, nothing left to find.

    >>> mask("王阿姨，13812345678，住123弄4号501室")
    '王阿姨，138****5678，住123弄*号***室'
    """
    while found := find(text):  # what is masked may uncover what it overlapped
        pieces, position = [], 0
        for kind, start, end in found:
            pieces += [text[position:start], _masked(kind, text[start:end])]
            position = end
        text = "".join([*pieces, text[position:]])
    return text


def _masked(kind: str, piece: str) -> str:
    """One finding with so much left that a reader sees what it was; a lane stays, as it is no one's home."""
    plain = piece.translate(_PLAIN)
    if kind == EMAIL:
        name = plain.index("@")
        shown = min(name - 1, 1)
        return piece[:shown] + "*" * (name - shown) + piece[name:]
    if kind == HOME:
        lane = re.match(rf"{_NUMBER}弄", plain)
        shown = lane.end() if lane else 0
        return piece[:shown] + re.sub("[0-9A-Za-z一二三四五六七八九十百〇零]", "*", plain[shown:])
    head, tail = _SHOWN[kind]
    places = [place for place, char in enumerate(plain) if char.isalnum()]
    hidden = set(places[head : len(places) - tail])
    return "".join("*" if place in hidden else char for place, char in enumerate(piece))


def count(document: Document) -> dict[str, int]:
    """How many different ones of each kind a document holds, in the order of KINDS; kinds without any are left out."""
    held: dict[str, set[str]] = {kind: set() for kind in KINDS}
    for text in _texts(document):
        for kind, start, end in find(text):
            held[kind].add(_squeezed(text[start:end].translate(_PLAIN)))
    return {kind: len(values) for kind, values in held.items() if values}


def masked(document: Document) -> Document:
    """The document with all of its text masked; the addresses of its sources stay."""
    return replace(
        document,
        title=mask(document.title),
        sections=tuple(
            replace(s, heading=tuple(map(mask, s.heading)), text=mask(s.text)) for s in document.sections
        ),
        declared={name: tuple(map(mask, values)) for name, values in document.declared.items()},
        sources=tuple(replace(s, title=mask(s.title), publisher=mask(s.publisher)) for s in document.sources),
        removed=tuple(map(mask, document.removed)),
        warnings=tuple(map(mask, document.warnings)),
    )


def _texts(document: Document) -> Iterator[str]:
    yield document.title
    for section in document.sections:
        yield from (*section.heading, section.text)
    for values in document.declared.values():
        yield from values
    for source in document.sources:
        yield from (source.title, source.publisher)
    yield from (*document.removed, *document.warnings)


def in_words(counts: Mapping[str, int]) -> str:
    """The counts as a sentence says them.

    >>> in_words({"身份证号": 1, "手机号": 2})
    '身份证号 1 个、手机号 2 个'
    """
    return "、".join(f"{kind} {number} 个" for kind, number in counts.items())
