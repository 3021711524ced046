"""The units of numbers, the kind under which each is compared, and the unit that its values are given in."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit as a pattern; ``unit`` is empty for a measure word, which counts whatever its noun says."""

    pattern: str
    kind: str
    unit: str
    factor: float = 1.0


# The longest first where one opens another. 年 and 期 are ordinals as often as not: search.cases.numbers tells which.
UNITS = (
    Unit(r"个?百分点", "比例", "个百分点"),
    Unit(r"[%％]", "比例", "%"),
    Unit(r"户(?![籍口型外])(?:家庭|人家)?|个家庭|组家庭", "户数", "户"),
    Unit(r"人次", "人次", "人次"),
    Unit(r"[人名位](?![民均大体口们员])", "人数", "人"),
    Unit(r"元(?![里桥村宵旦月素老])|块钱", "金额", "元"),
    Unit(r"平方公里|平方千米", "面积", "平方米", 1_000_000),
    Unit(r"平方米|平米|㎡|m²|m2|平方", "面积", "平方米"),
    Unit(r"亩", "面积", "平方米", 666.67),
    Unit(r"公顷", "面积", "平方米", 10_000),
    Unit(r"公里|千米", "长度", "米", 1_000),
    Unit(r"米(?![线粒饭])", "长度", "米"),
    Unit(r"个?工作日", "时长", "个工作日"),
    Unit(r"个(?:多|半)?月", "时长", "个月"),
    Unit(r"个(?:多|半)?小时|(?<!24)小时", "时长", "小时"),
    Unit(r"分钟(?![^，。；\n]{0,8}圈)", "时长", "分钟"),
    Unit(r"天", "时长", "天"),
    Unit(r"周(?![年末边一二三四五六日岁])", "时长", "周"),
    Unit(r"年(?![代级初底末轻\d])", "时长", "年"),
    Unit(r"栋|幢", "楼栋", "栋"),
    Unit(r"场次?|次(?![日年月])", "场次", "场次"),
    Unit(r"轮(?![椅流])", "场次", "轮"),
    Unit(r"岁", "年龄", "岁"),
    Unit(r"吨", "重量", "公斤", 1_000),
    Unit(r"公斤|千克", "重量", "公斤"),
    Unit(r"[部台辆](?![分门署下])", "设备", ""),
    Unit(r"[个处条项件份支张间所套宗起类家座具组幅](?![别人案体性月])", "其他", ""),
)
