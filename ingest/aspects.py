"""The aspect of a passage (背景/做法/成效/困难/启示/工具/其他), from its headings, else from cue phrases."""

from __future__ import annotations

import re

from ingest.models import Aspect

# Order matters: 「困难与反思」 is 困难 though 反思 points to 启示; 「成效与评估」 is 成效.
_HEADINGS: tuple[tuple[Aspect, re.Pattern[str]], ...] = (
    ("困难", re.compile(r"困难|难点|问题与改进|不足|挑战|瓶颈|误区|短板|教训|争议|风险")),
    ("成效", re.compile(r"成效|成果|效果|结果|评估|产出|影响|收获|变化|成绩")),
    ("启示", re.compile(r"借鉴|启示|经验|反思|建议|推广|思考|体会|展望|下一步")),
    ("工具", re.compile(r"工具|清单|表格|模板|附件|附表|预算|经费|台账|流程图|话术")),
    ("做法", re.compile(r"做法|步骤|实施|过程|举措|措施|方法|机制|路径|方案|要点|内容|怎么|如何|行动|安排")),
    ("背景", re.compile(r"背景|问题|概况|缘起|起因|现状|需求|目标|指标|简介|基本情况|适用场景|为什么|由来")),
)
_CUES: tuple[tuple[Aspect, re.Pattern[str]], ...] = (
    (
        "困难",
        re.compile(r"困难(在于|是)|难以|不愿|反对|阻力|没谈拢|遇到.{0,6}(问题|难题)|不足之处|仍(有|存在)"),
    ),
    ("成效", re.compile(r"成效|满意度|覆盖了?\d|受益|累计.{0,8}\d|增至|提高到|下降到|实现了|已有.{0,6}\d")),
    ("启示", re.compile(r"可以借鉴|启示|值得(借鉴|注意)|建议|不妨|经验(是|在于)")),
    (
        "做法",
        re.compile(r"首先|其次|第一步|随后|组织(了|召开|居民)|召开|设立|建立了?|推行|采用|由.{1,8}牵头"),
    ),
    ("背景", re.compile(r"建于|始建|户籍人口|常住人口|辖区|老龄化|矛盾突出|此前|过去|长期以来")),
)


def aspect_of(heading: tuple[str, ...], text: str) -> Aspect:
    """Name the aspect: the innermost heading that says one wins, then the cue met most often in the text.

    >>> aspect_of(("三会制度", "困难与反思"), "首部电梯耗时约三年。")
    '困难'
    """
    for title in reversed(heading):
        for aspect, pattern in _HEADINGS:
            if pattern.search(title):
                return aspect
    counts = [(len(pattern.findall(text)), -order, aspect) for order, (aspect, pattern) in enumerate(_CUES)]
    best = max(counts)
    return best[2] if best[0] else "其他"
