"""The app opened at one of its pages: AppTest runs the default page only."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from tests.conftest import ROOT


def open_page(name: str, **parameters: str | list[str]) -> AppTest:
    """The page with this address, run once."""
    script = (ROOT / "app.py").read_text(encoding="utf-8")
    script = script.replace(", default=True", "").replace(
        f'url_path="{name}"', f'url_path="{name}", default=True'
    )
    app = AppTest.from_string(script, default_timeout=30)
    for parameter, value in parameters.items():
        app.query_params[parameter] = value
    return app.run()


def bodies(app: AppTest) -> list[str]:
    """The HTML that the page draws, without its own scripts."""
    drawn = [str(element.proto.body) for element in app.get("html")]
    return [body for body in drawn if 'data-purpose="' not in body]


def shown(app: AppTest) -> str:
    """Everything that the page says, in one string, without the escapes of Markdown."""
    assert not app.exception
    kinds = ("title", "header", "subheader", "markdown", "caption", "info", "warning", "error")
    parts = [element.value for kind in kinds for element in app.get(kind)]
    parts += bodies(app)
    parts += [button.label for button in app.button]
    return "\n".join(str(part) for part in parts).replace("\\", "")
