"""A server may forbid scripts from `blob:`: an explorer then shows its still picture instead."""

from served import Lab, Notebook

POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self' ws:"
)


def test_still_picture_where_the_explorer_may_not_run(tmp_path, page):
    lab = Lab(tmp_path)
    headers = {"headers": {"Content-Security-Policy": POLICY}}
    (tmp_path / "config" / "jupyter_server_config.py").write_text(
        f"c.ServerApp.tornado_settings = {headers}", encoding="utf-8"
    )
    with lab:
        lab.write("probe", ["from lab06.explore import SoftmaxExplorer\nSoftmaxExplorer()"])
        Notebook(page, lab, "probe").run_all()
        page.wait_for_selector(".lab06-still img")
        assert page.locator("section.lab06").count() == 0
        assert not page.locator(".jupyter-widgets-error-widget").is_visible()
        page.goto("about:blank")  # the kernel's socket closes before its server
