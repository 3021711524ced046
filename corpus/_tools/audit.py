"""Check the library against its fact sheets: ``python -m corpus._tools.audit [SHEETS]``.

Without the sheets only form is checked (front matter, headings, length); with
them, every digit string of a text must stand in its sheets as well. The result
is printed and, with ``--write``, kept in ``docs/corpus-audit.md``.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

ROOT = Path(__file__).resolve().parent.parent
KINDS = {
    "案例": ("cases", ("背景与问题", "做法", "成效", "困难与反思", "可借鉴之处")),
    "培训": ("training", ("要点", "步骤", "适用场景", "常见误区与对策", "工具与清单")),
    "报告": (
        "reports",
        ("项目概况", "目标与指标", "实施过程", "经费与人力", "成效与评估", "问题与改进", "可借鉴之处"),
    ),
}
_THEMES = """
    议事协商 团队培育 老旧小区改造 党建引领 社区基金与资金 社会组织与五社联动 公益服务 群体融入
    特殊群体服务 物业与业委会 商圈与楼宇 邻里会客厅 社区小花园 垃圾分类与环境 应急与安全 楼道美化 数字治理
"""
THEMES = frozenset(_THEMES.split())
_FIELDS = """
    title kind province city district street community period organiser themes project_class
    sources confidence compiled sheets keep_lines
"""
FIELDS = frozenset(_FIELDS.split())
REQUIRED = ("title", "kind", "themes", "sources", "confidence", "compiled", "sheets")
LENGTH = (600, 2500)  # characters of the body, white space and headings not counted
MIRROR = "转载镜像站"
# Hosts that only copy what others published: a source keeps its title and publisher, never such an address.
_MIRRORS = """
    010b.com 014i.cn 021fenlei.com 02p.net 1.203.103.66 100ke.info 138cphd.com 1s.cn 265xx.com 2yfz9.cn
    360doc.com 360docs.net 51si.cn 520zcw.cn 74jk.com 78911.com.cn 7ca.cn 8i8i8i.com abtbus.com
    aigexing.com aipiwu.com axdbkk.com baiheshu.com baijiadoc.com bankipay.com bg3.co boteman.cn
    bpsa.org.cn bqbk.net btcxhh.com caijingnews.net caixunnews.cn caixunnews.com cccollect.cn cfoodw.com
    chengju.com chinaxwjd.cn chinesetown.co.nz chujupifa.com ciudsrc.com cngulu.com cnlxw.com.cn
    cppjump.com crsrw.com cscaiwang.cn ctmanga.com cxm1cxm.com czqahb.com dawendou.com dawenge.com
    dbsqp.com dddjmc.com diffuse5.com dmdbkk.cn doczj.com dybbs8.com ecompcon.com eqrm.cn ettaleb.com
    feifmx.com fengbaosun.com fensifuwu.com folksfolks.com frbk.net freewechat.com fudaoke.com gdmsci.cn
    glxcb.cn gzjgpet.cn handmsg.com hbzqbyyxgs.com hengliboli.cn hgjy100.com hotsrq.com hylnbx.cn
    iamlinker.com investchn.com ironman2.com itansuo.net javascriptjump.com jdqs.net jiangshitai.com
    jiangsulong.com jizihe.com jpbeta.net jrshanghai.com.cn jsp1-accountancyn.com kcqsx.com ke4.cn
    kfd.me kfterminal.com kjfycv.com kmmeisw.com kuaibk.com kuaihz.com laitimes.com lunwentd.com
    lvziku.cn lw33.cn mdjjksjc.com mffb.com.cn mihua18.com mlwch.com myoldtime.com naddc.com.cn
    neamco.com nengyuanchn.com news3.cn newton.com.tw ngsg001.com penjing8.com ppfocus.com puapp.net
    pygbw.com qiqiuyun.net quxian.cn recitymedia.com renrendoc.com reportify.ai reportify.cn rexun.cn
    routeryun.com screeninsuits.com senqingzn.com shayuweb.com shijiezz.com ship-bio.com
    shixunkuaibao.com shuoweicard.cn shuyang.tv shwatchhouse.com shzx.org snbst.com ssfb86.com
    stchuye.com studyofnet.com sxconnet.com sydw8.com syhmjs.com szweitang.cn taishanshengyuan.com
    taiyangwa.net tal.com.tw tftnews.com tojoyun.com tprn.info victorzhang.cn visneyvip.cn wa01.com
    wuhanip.cn wwwrrr80.com wxredian.com x-rayon.cn xdnf.cn xf51223.com xiaomilidoc.com xindianti.cn
    xuebawang.net xzlw.cn yfsoft.com.cn yqhsj.cn yumaochuhai.com yybnet.net zgkjsz.com zhenguoke.com
    zhgnews.cn zhiyuanku.com zhizhi88.com zhoukan.cc zjthegrand.com zkxblog.com
"""
MIRROR_HOSTS = frozenset(_MIRRORS.split())


@dataclass(frozen=True, slots=True)
class Text:
    """One document of the library: where it is, its front matter and its body."""

    path: Path
    meta: dict[str, Any]
    body: str

    @property
    def prose(self) -> str:
        """The body without headings and white space."""
        return re.sub(r"\s+", "", re.sub(r"^#.*$", "", self.body, flags=re.M))


def read(path: Path) -> Text:
    """Split a Markdown file into front matter and body; raise ValueError when it has no front matter."""
    _, head, body = path.read_text(encoding="utf-8").split("---\n", 2)
    return Text(path, yaml.safe_load(head), body)


def is_mirror(url: str) -> bool:
    """Whether an address is on a host that only copies, or on a host below one."""
    host = urlsplit(url).hostname or ""
    return any(host == name or host.endswith(f".{name}") for name in MIRROR_HOSTS)


def schema(meta: dict[str, Any]) -> list[str]:
    """Say what is wrong with the front matter, or with an entry of ``sources.toml``."""
    wrong = [f"没有 {name}" for name in REQUIRED if not meta.get(name)]
    wrong += [f"不认识的字段 {name}" for name in meta if name not in FIELDS]
    wrong += [f"不认识的主题 {theme}" for theme in meta.get("themes", []) if theme not in THEMES]
    for source in meta.get("sources", []):
        if not {"title", "publisher"} <= set(source) <= {"title", "publisher", "date", "url", "accessed"}:
            wrong.append(f"来源字段不合：{source}")
        if not source.get("title") or not source.get("publisher"):
            wrong.append(f"来源没有标题或发布者：{source}")
        if is_mirror(source.get("url", "")):
            wrong.append(f"转载站的网址不外链：{source['url']}")
    return wrong


def form(text: Text) -> list[str]:
    """Say what is wrong with the front matter, the headings or the length."""
    meta, wrong = text.meta, schema(text.meta)
    folder, headings = KINDS.get(meta.get("kind", ""), ("", ()))
    if folder not in text.path.parts:
        wrong.append(f"{meta.get('kind')} 不该放在 {text.path.parent.name}/")
    found = re.findall(r"^## (.+)$", text.body, re.M)
    if [h for h in headings if h in found] != found:
        wrong.append(f"章节不合或次序不对：{found}")
    if not LENGTH[0] <= len(text.prose) <= LENGTH[1]:
        wrong.append(f"正文 {len(text.prose)} 字，应在 {LENGTH[0]}–{LENGTH[1]} 之间")
    return wrong


def digits(text: str) -> set[str]:
    """Every run of digits, a decimal point or thousands comma inside it included."""
    plain = re.sub(r"^\s*\d+\.\s", "", text, flags=re.M)  # the numbers of an ordered list say nothing
    plain = plain.translate(str.maketrans("０１２３４５６７８９．％", "0123456789.%"))
    return set(re.findall(r"\d+(?:\.\d+)?", re.sub(r"(?<=\d),(?=\d{3})", "", plain)))


def facts(text: Text, sheets: Path) -> list[str]:
    """Say which digits of the text, and which source addresses, its sheets do not bear out."""
    paths = [sheets / f"{name}.md" for name in text.meta["sheets"] if name != "weifang"]
    paths += [sheets / "README.md"] if "weifang" in text.meta["sheets"] else []
    raw = "".join(path.read_text(encoding="utf-8") for path in paths)
    wrong = [f"数字 {d} 在事实表里没有" for d in sorted(digits(text.body) - digits(raw))]
    mirrors = {
        url for line in raw.splitlines() if MIRROR in line for url in re.findall(r"https?://[^\s\"}]+", line)
    }
    for url in (source.get("url") for source in text.meta["sources"]):
        if url and (url in mirrors or url not in raw):
            wrong.append(f"网址不该外链或不在事实表里：{url}")
    return wrong


def echoes(texts: list[Text], least: int = 3) -> list[str]:
    """Sentences of 12 characters or more that stand in ``least`` documents: the mark of a template."""
    where: defaultdict[str, set[str]] = defaultdict(set)
    for text in texts:
        for sentence in re.split(r"[。！？；\n]", text.body):
            if len(sentence.strip()) >= 12 and re.search(r"\w", sentence) and not sentence.startswith("#"):
                where[sentence.strip()].add(text.path.stem)
    return [f"同一句话出现在 {len(names)} 篇里：{s}" for s, names in where.items() if len(names) >= least]


def texts_of(folder: Path) -> list[Text]:
    """All source texts of the library, the ones that files were rendered from included."""
    return [read(path) for path in sorted(folder.rglob("*.md")) if path.name != "README.md"]


def main() -> int:
    """Print what is wrong, a line each; exit 1 when anything is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sheets", nargs="?", type=Path, help="事实表所在的文件夹")
    parser.add_argument("--only", default="", help="只查路径里含有这几个字的文件")
    parser.add_argument("--write", type=Path, help="把结果写进这个文件")
    args = parser.parse_args()
    texts = [text for text in texts_of(ROOT) if args.only in str(text.path)]
    problems = [
        f"{text.path.relative_to(ROOT)}：{line}"
        for text in texts
        for line in form(text) + (facts(text, args.sheets) if args.sheets else [])
    ] + echoes(texts)
    report = "\n".join([f"{len(texts)} 篇，{len(problems)} 个问题。", *problems])
    print(report)
    if args.write:
        how = "由 `python -m corpus._tools.audit 事实表文件夹 --write docs/corpus-audit.md` 写出。"
        args.write.write_text(f"# 资料库核对结果\n\n{how}\n\n{report}\n", encoding="utf-8")
    return int(bool(problems))


if __name__ == "__main__":
    sys.exit(main())
