"""``python -m desk password``: ask for a password twice and put its hash in secrets.toml."""

from __future__ import annotations

import argparse
import getpass
import sys
from pathlib import Path

from desk.access import AccessError, hash_password
from desk.files import replace_text

SECRETS = Path(".streamlit/secrets.toml")


def password(arguments: list[str]) -> int:
    """Set the administrator's password; 0 done. Raises AccessError."""
    parser = argparse.ArgumentParser(
        prog="python -m desk password",
        description="设置管理员密码。密码只在这里输入，不显示；存下的是它的 scrypt 散列。",
    )
    parser.add_argument("--print", action="store_true", help="只把要写的一行打印出来，不动设置文件")
    parser.add_argument(
        "--file", type=Path, default=SECRETS, metavar="文件", help=f"设置文件，默认 {SECRETS}"
    )
    options = parser.parse_args(arguments)
    hashed = hash_password(_ask())
    if options.print:
        print(f'[admin]\npassword = "{hashed}"')
        return 0
    store(options.file, hashed)
    print(f"已写入 {options.file}。网页不用重新启动；在“资料库”一页登录。")
    return 0


def _ask() -> str:
    if not sys.stdin.isatty():
        raise AccessError("请在终端里运行这条命令，密码要亲手输入两遍。")
    first = getpass.getpass("新的管理员密码（输入时不显示）：")
    if getpass.getpass("再输入一遍：") != first:
        raise AccessError("两遍不一样，什么也没有改。请再运行一次。")
    return first


def store(path: Path, hashed: str) -> None:
    """Set ``[admin] password``, leaving all else in the file as it stands; raises AccessError.

    The file is replaced in one step and can be read by its owner only.
    """
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    path = path.resolve()
    try:
        document = tomlkit.parse(path.read_text(encoding="utf-8") if path.exists() else "")
        admin = document.setdefault("admin", tomlkit.table())
        admin["password"] = hashed
        replace_text(path, tomlkit.dumps(document))
    except (OSError, UnicodeDecodeError, TOMLKitError, TypeError) as error:
        raise AccessError(
            f"{path.name} 改不了（{error}），没有动它。请修好后再试，或者加 --print 自己写进去。"
        ) from error
