"""Decide the encoding of Chinese text: byte order mark, strict UTF-8, then the candidate that reads most like Chinese."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, replace

import chardet

# The 420 characters most frequent in jieba's dictionary (MIT), with their traditional forms: four fifths of any prose.
_FREQUENT = frozenset(
    "一是人了不在有大中国和为这上他个地年来我会以到时要出的生学说道民家子也成行下们于后就发自之对得主长可过天作分方用多你着部能市等业全里工公经本都而高政法面门动日进区事代那去心小同北定开产前其军还然起种所如现理机体表力好外与文当两实重新三么只山水关明从化平建又制南内西没此将员名手最东头者月间无安看见各城十相但已些正口通想度加第她合院物性战由位常点海意场武使次二向治因立数样身情入原问把路被并利石老教万知级量任江及应省资委务元美特期世湖回系比气汉总展电科金先声提品设或义王社很统处四首共马形己儿司太目基领队直计别女权话少流命至报米给打变果书清活几州华解议更称程今决张导术府才保交放管结师便走达族反再题色五京河接条规式县白它改风光运信受什组听布百济党指论强做取技黄神选记斯真却职号界件花类何眼兵传带空干农边据集联古广完质阳难增历史专官每住商即步认车台林必死游举线言皇土团收考求德叫近备研争非具李众连调感转笑革该持始英克士尔让拉思根格造较际亲单朝红"
    "國爲這個來會時學說們後發對長過點種還實現機體與當兩關從將員頭間無見應資務係氣漢總電聲設義統處馬兒領隊計別權話報給變書華議決張導術結師達題條規縣風運聽濟黨論強選記斯卻職號類傳帶農邊據聯廣質陽難歷專認車臺遊舉線團備爭眾連調轉讓較親單紅業裏經動進區產軍門問級萬場戰數樣被併開東樂辦項補評護習鄉鎮協參訪談"
    "街居服社群助志愿願村组織织互助项项鄉楼樓院知通告关于關於"
)
_MARKS = frozenset("，。、；：？！“”《》（）「」『』")
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CHINESE = ("gb18030", "big5hkscs", "cp950")
_SHOWN = {"cp950": "big5", "big5hkscs": "big5"}  # by the name that users know
_ERAS = chardet.EncodingEra.ALL & ~chardet.EncodingEra.MAINFRAME
_SUPERSETS = {
    "iso-8859-1": "windows-1252",
    "iso-8859-9": "windows-1254",
    "euc-kr": "cp949",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
}
_ESCAPED = re.compile(rb"\x1b\$|\x1b\(|~\{")  # how ISO-2022 and HZ switch to characters of two bytes
# Of the characters beyond ASCII, real Chinese has a mean weight of 0.5 or more from ten characters on; Korean,
# Japanese, Cyrillic and the rest read as GBK or Big5 stay below 0.45. On Chinese chardet is never this sure of
# another encoding.
_FLUENT = 0.47
_HALTING = 0.2
_SURE = 0.2
_GOOD = 0.2  # plausibility below which a damaged reading of another encoding may be the truer one
_TAIL = 3  # bytes that a cut within a character can leave over
_SAMPLE = 20_000  # characters by which a reading is judged


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text with the encoding it came in and what had to be given up for it."""

    text: str
    encoding: str
    warnings: tuple[str, ...] = ()


def decode(data: bytes, declared: str = "") -> Decoded:
    """Decode a text file's bytes; a declared encoding is one more candidate, not an order."""
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return _strict(data[len(mark) :], encoding) or _damaged(data[len(mark) :], encoding)
    if _ESCAPED.search(data[:4000]) and max(data[:4000]) < 0x80 and (found := _strict(data, _guess(data)[0])):
        return found
    narrow = b"\x00" not in data[:4000] or not _looks_wide(data)
    if narrow and (found := _strict(data, "utf-8")) and _is_utf_8(found):
        return _unless_chance(found, data)
    return _of_two_bytes(data, declared)


def _guess(data: bytes) -> tuple[str, float]:
    """What chardet takes the bytes for, as Python calls it, and how sure it is; UTF-8 where it knows nothing."""
    found = chardet.detect(data[:200_000], encoding_era=_ERAS)
    name = (found["encoding"] or "").lower()
    name = _SUPERSETS.get(name, name)
    return (name, found["confidence"]) if name != "ascii" and _exists(name) else ("utf-8", 0.0)


def _is_utf_8(found: Decoded) -> bool:
    """Not ASCII with one GBK character at its end, nor UTF-16 of a script whose bytes are all below 0x80."""
    sample = found.text[:_SAMPLE]
    controls = len(re.findall("[\x01-\x08\x0e-\x1f]", sample))
    return not (found.warnings and found.text.isascii()) and 10 * controls <= len(sample)


def _of_two_bytes(data: bytes, declared: str) -> Decoded:
    """The Chinese reading that is most like Chinese, or what chardet says where none is like it."""
    found_all = [found for name in _candidates(data, declared) if (found := _strict(data, name))]
    best = max(found_all, key=lambda found: plausibility(found.text[:_SAMPLE]), default=None)
    if best is None or plausibility(best.text[:_SAMPLE]) < _GOOD:
        damaged = _damaged(data, _likeliest(data))
        if best is None or plausibility(damaged.text[:_SAMPLE]) > max(
            _GOOD, plausibility(best.text[:_SAMPLE])
        ):
            best = damaged
    fluent = fluency(best.text[:_SAMPLE])
    guess, sure = _guess(data) if fluent < _FLUENT else ("utf-8", 0.0)
    other = None if guess == "utf-8" else _strict(data, guess)
    if other and (fluent < _HALTING or (fluent < _FLUENT and sure >= _SURE)):
        return other if sure >= _SURE else _doubtful(other)
    return _doubtful(best) if fluent < _HALTING and not best.warnings else best


def _doubtful(found: Decoded) -> Decoded:
    return replace(found, warnings=(*found.warnings, f"编码不能确定，按 {found.encoding} 读取，文字可能有误"))


def _unless_chance(found: Decoded, data: bytes) -> Decoded:
    """UTF-8 as read, unless a handful of GBK characters happens to be valid UTF-8, as 停水通知 is."""
    few = sum(byte >= 0xC0 for byte in data[:1000]) <= 8
    if few and fluency(found.text) < _HALTING and (other := _strict(data, "gb18030")):
        return other if fluency(other.text) >= 0.5 else found
    return found


def _looks_wide(data: bytes) -> bool:
    """Whether NULs stand on one side of the byte pairs, as in UTF-16 with some ASCII."""
    even, odd = data[0:4000:2].count(0), data[1:4000:2].count(0)
    return max(even, odd) > 4 * min(even, odd) and 20 * max(even, odd) > min(len(data), 4000)


def _candidates(data: bytes, declared: str) -> list[str]:
    """Encodings of Chinese worth trying, and the declared one, the likelier first: of equals the first is taken."""
    names = [*_CHINESE, *(["utf-16-le", "utf-16-be"] if len(data) >= 4 else [])]
    known = {"gb2312": "gb18030", "gbk": "gb18030", "big5": "cp950"}
    stated = known.get(declared.lower(), declared.lower())
    if stated and stated not in {"ascii", "utf-8", "iso-8859-1"} and _exists(stated):
        names.insert(0, stated)
    return list(dict.fromkeys(names))


def _exists(name: str) -> bool:
    try:
        return bool(codecs.lookup(name)._is_text_encoding)
    except LookupError:
        return False


def _strict(data: bytes, encoding: str) -> Decoded | None:
    """Decode without a single error, or with a cut last character dropped; else None."""
    for dropped in range(_TAIL + 1):
        try:
            text = data[: len(data) - dropped].decode(encoding)
        except UnicodeDecodeError as error:
            if error.start < len(data) - dropped - _TAIL - 1:
                return None
            continue
        warning = (f"文件末尾断在一个字中间，舍去 {dropped} 个字节",) if dropped else ()
        return Decoded(text, _SHOWN.get(encoding, encoding), warning)
    return None


def _damaged(data: bytes, encoding: str) -> Decoded:
    """Decode what can be decoded, and say how many places could not."""
    text = data.decode(encoding, errors="replace")
    bad = text.count("\ufffd")
    return Decoded(text, encoding, (f"按 {encoding} 读取，有 {bad} 处字节无法识别，可能缺字",))


def _likeliest(data: bytes) -> str:
    """The encoding that fits with the fewest damaged places."""

    def damage(name: str) -> float:
        text = data[:200_000].decode(name, errors="replace")
        return plausibility(text) - 20 * text.count("\ufffd") / max(len(text), 1)

    return max(("utf-8", "gb18030", "big5hkscs"), key=damage)


def plausibility(text: str) -> float:
    """How much a text reads like Chinese or English rather than like bytes decoded wrongly; about -2 to 1.

    >>> plausibility("关于召开社区议事会的通知") > 0.5 > plausibility("壽衾梓羲扦")
    True
    """
    chars = [char for char in text if not char.isspace()]
    return sum(map(_weight, chars)) / max(len(chars), 1)


def fluency(text: str) -> float:
    """The same of the characters beyond ASCII only; 1 where there are none."""
    weights = [_weight(char) for char in text if char > "\x7f" and not char.isspace()]
    return sum(weights) / len(weights) if weights else 1.0


def _weight(char: str) -> float:
    code = ord(char)
    if char in _FREQUENT or char in _MARKS:
        return 1.0
    if (
        code < 0x20
        or 0x7F <= code < 0xA0
        or code == 0xFFFD
        or 0xE000 <= code < 0xF900
        or 0xD800 <= code < 0xE000
    ):
        return -2.0
    if code < 0x7F:
        return 0.5
    if 0x4E00 <= code < 0xA000:
        return _rarity(char)
    if 0x2000 <= code < 0x2700 or 0x3000 <= code < 0x3020 or 0xFF01 <= code < 0xFF5F:
        return 0.3
    return -0.6


def _rarity(char: str) -> float:
    """Weight of a Chinese character outside the most frequent: level 1 of either national set, or rarer."""
    try:
        if char.encode("gb2312")[0] <= 0xD7:
            return 0.3
    except UnicodeEncodeError:
        pass
    try:
        return 0.1 if char.encode("big5")[0] <= 0xC6 else -0.6
    except UnicodeEncodeError:
        return -0.9
