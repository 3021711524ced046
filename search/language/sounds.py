"""Which character a typist may have meant: same sound, nearly the same sound, nearly the same look.

Readings come from pypinyin; it is imported when the first two characters are compared.
"""

from __future__ import annotations

import os
from functools import cache
from typing import Literal

Likeness = Literal["sound", "near", "shape"]

# Characters that are taken for one another by eye, not by ear: what handwriting and picture recognition confuse.
_SHAPES = (
    "治冶 己已巳 末未 土士 人入八 曰日 候侯 拆折析 栽载裁 住往 代伐 休体 侍待持 密蜜 幕慕墓暮 辨辩辫 赢嬴 催摧 "
    "竟竞 遣遗 徒徙 拔拨 晴睛 崇祟 千干于 处外 洒酒 兔免 今令 失矢 天夭 王玉 贷货 项顶 贡责 准淮 冷泠 戌戍戊 "
    "困囚因 买卖 历厉 师帅 间问 乌鸟 刀力 刁习 电申甲由 官宫 恳垦 坏怀杯 绿缘 技枝 检捡 挡档 担但 楼搂 桥侨 梯悌 "
    "挪娜 杜社 巨区 季委 管菅 冈网 络格 样洋 大犬太 推堆 滴摘 枰评 沽估 预项 阁阀 园圆 拉垃 圾极 狠狼 祥详 幻幼 辛幸"
)
# Sounds that many speakers do not tell apart; ``ng`` is cut off after a, e, i only (ong has no counterpart).
_INITIALS = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("l", "n"))
_NASALS = ("ang", "eng", "ing")


def likeness(typed: str, meant: str) -> Likeness | None:
    """How one character may have come to stand for another; None when it may not.

    >>> likeness("掌", "长"), likeness("赢", "银"), likeness("冶", "治"), likeness("花", "树")
    ('sound', 'near', 'shape', None)
    """
    heard, said = _readings(typed), _readings(meant)
    if heard[0] == said[0]:
        return "sound"
    if {_blurred(sound) for sound in heard} & {_blurred(sound) for sound in said}:
        return "near"  # and by an uncommon reading: 找 is also huá, 庄 once was péng
    return "shape" if meant in _shapes().get(typed, "") else None


@cache
def _readings(character: str) -> tuple[str, ...]:
    """All readings of a character, the commonest first, tones left out: input methods are typed without them."""
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")  # its 47,000 phrases cost 115 ms and are not asked
    from pypinyin import Style, pinyin

    return tuple(pinyin(character, style=Style.NORMAL, heteronym=True)[0])


def _blurred(sound: str) -> str:
    """A reading without the differences that many speakers don't make.

    >>> _blurred("zhang"), _blurred("lin"), _blurred("tong")
    ('zan', 'nin', 'tong')
    """
    for full, short in _INITIALS:
        if sound.startswith(full):
            sound = short + sound.removeprefix(full)
            break
    return sound[:-1] if sound.endswith(_NASALS) else sound


@cache
def _shapes() -> dict[str, str]:
    """Each character with all that look like it."""
    looks: dict[str, str] = {}
    for group in _SHAPES.split():
        for character in group:
            looks[character] = looks.get(character, "") + group.replace(character, "")
    return looks
