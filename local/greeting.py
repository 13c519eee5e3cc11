"""What a person reads once everything is up: where to look, in Chinese and English."""

from local.options import Options
from local.programs import WEB_PAGES
from local.simulators.verification.people import read_people


def greeting(options: Options, *, took_s: float) -> str:
    """Return the text with the addresses of this run."""
    url = options.public_url
    lines = [
        "",
        f"报考 Baokao is up ({took_s:.1f} s). Ctrl-C ends it; what is entered stays in {options.folder}.",
        "",
        f"  报考网站 Product       {url}/",
        f"  短信收件箱 SMS inbox   {url}/simulators/sms/",
        f"  微信扫一扫 Scan codes  {url}/simulators/wechatpay/",
        f"  控制台 Control page    {url}/simulators/control/",
        f"  接口文档 API           {url}/docs",
        f"  运行日志 Logs          {options.folder}/logs/",
        '  人工审核 Staff         make staff ARGS="--help"',
    ]
    lines += ["", "  示例人员 Sample people (姓名 证件号 手机; anyone else you make up is verified as 相符):"]
    lines += [f"    {each.name}  {each.id_number}  {each.phone}  {each.shows}" for each in read_people()]
    if not (WEB_PAGES / "index.html").is_file():
        lines.append("\n  The web pages are not built: make web")
    return "\n".join([*lines, ""])
