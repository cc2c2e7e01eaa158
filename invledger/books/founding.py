"""`init`: a company's folder, from the package's own sample or fresh. Nothing is overwritten.

A fresh company has the rules, charts, templates and hooks of the sample, a chart of accounts
made from the pack, the usual locations, and no movements; it loads in beancount as it stands.

Problems: init-not-empty, init-sample-missing, init-chart-unknown.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import invledger
from invledger.ledger import (
    class_of,
    empty_files,
    entry_files,
    print_account,
    print_location,
)
from invledger.model import Location, Place, Refused, problem
from invledger.model.currency import MINOR_UNITS, USUAL
from invledger.posting import YamlDocument, accounts_of, read_chart_pack
from invledger.store import FolderTree, read_yaml, replace_files
from invledger.vcs import start_repository

COPIED = ("rules", "templates", "hooks")
#: account, Chinese and English name
LOCATIONS = (
    ("Assets:Stock:Main", "主仓", "Main store"),
    ("Assets:Stock:Main:Inspection", "待检区", "Inspection"),
    ("Assets:Stock:Main:Rejected", "不合格品区", "Rejected"),
    ("Assets:Stock:InTransit", "调拨在途", "In transit"),
    ("Assets:Stock:Dispatched", "发出商品", "Dispatched"),
    ("Assets:Stock:Subcontract", "委托加工", "Subcontract"),
    ("Equity:Stock:Supplier", "供应商", "Suppliers"),
    ("Equity:Stock:Customer", "客户", "Customers"),
    ("Equity:Stock:Production", "生产", "Production"),
    ("Equity:Stock:Scrap", "报废", "Scrap"),
    ("Equity:Stock:Count", "盘点", "Counts"),
    ("Equity:Stock:Opening", "期初", "Opening"),
    ("Equity:Stock:Other", "其他", "Other"),
    ("Equity:Order:Supplier", "供应商订单", "Suppliers' orders"),
    ("Equity:Order:Customer", "客户订单", "Customers' orders"),
    ("Equity:Invoice:Supplier", "供应商发票", "Suppliers' invoices"),
    ("Equity:Invoice:Customer", "客户发票", "Customers' invoices"),
    ("Equity:Order:Purchase", "采购订单", "Purchase orders"),
    ("Equity:Order:Sale", "销售订单", "Sales orders"),
    ("Equity:Invoice:Purchase", "采购发票", "Purchase invoices"),
    ("Equity:Invoice:Sale", "销售发票", "Sales invoices"),
)
_STATUS = {"Inspection": "inspection", "Rejected": "rejected"}
_GITIGNORE = "# beancount's cache: a pickle, never to be trusted\n.*.picklecache\n*.lock\n*.tmp\n"
_GITATTRIBUTES = "* text=auto eol=lf\n*.beancount text eol=lf\n"
_HEADS = {
    "items": "存货档案 items: invledger item add",
    "parties": "往来单位 parties: invledger party add",
    "prices": "汇率、标准成本、可变现净值 exchange rates, standard prices, net realisable values",
    "periods": "结账 closes: invledger close 2026-01",
}


@dataclass(frozen=True, slots=True)
class NewCompany:
    """What a fresh company is asked for; `start` is the date on which its accounts open."""

    name: str
    name_en: str = ""
    registration: str = ""
    chart: str = "cas"
    taxpayer: str = "general"
    currency: str = "CNY"
    start: str = "2000-01-01"


def init(folder: Path, company: NewCompany | None = None) -> list[str]:
    """Make a company in `folder`: `company`, or the sample where it is None.

    Gives the paths written; raises Refused, with nothing written.
    """
    files = dict(_sample_files() if company is None else _fresh_files(company))
    files.setdefault(".gitignore", _GITIGNORE.encode())
    files.setdefault(".gitattributes", _GITATTRIBUTES.encode())
    kept = {".gitignore", ".gitattributes"}
    taken = [path for path in files if (folder / path).exists() or (folder / path).is_symlink()]
    found = [path for path in taken if path not in kept]
    if found:
        first = Place(min(found))
        raise Refused(problem("init-not-empty", first, folder=folder, count=len(found)))
    folder.mkdir(parents=True, exist_ok=True)
    written = {path: data for path, data in files.items() if path not in taken}
    replace_files(folder, written.items(), ())
    for path in written:
        if path.startswith("hooks/"):
            (folder / path).chmod(0o755)
    start_repository(folder)
    return sorted(written)


def sample_root() -> Path:
    """Where the sample company is: inside the wheel, or in the repository of the package."""
    package = Path(invledger.__file__).resolve().parent
    for root in (package / "sample", package.parent):
        if (root / "rules" / "movements").is_dir():
            return root
    raise Refused(problem("init-sample-missing", folder="rules"))


def _sample_files() -> Iterator[tuple[str, bytes]]:
    tree = FolderTree(sample_root())
    for folder in ("ledgers", *COPIED):
        for path in tree.paths(folder):
            yield path, tree.read(path)


def _fresh_files(company: NewCompany) -> Iterator[tuple[str, bytes]]:
    tree = FolderTree(sample_root())
    for folder in COPIED:
        for path in tree.paths(folder):
            if path != "rules/company.yaml":
                yield path, tree.read(path)
    texts = {**entry_files(company.currency), **empty_files()}
    texts["rules/company.yaml"] = _company_text(company)
    texts["ledgers/accounts.beancount"] = _accounts_text(tree, company)
    texts["ledgers/locations.beancount"] = _locations_text(company)
    for name, head in _HEADS.items():
        texts[f"ledgers/{name}.beancount"] = f"; {head}\n"
    for path, text in texts.items():
        yield path, text.encode()


def _company_text(company: NewCompany) -> str:
    """`rules/company.yaml`; names are quoted as JSON quotes them, which YAML reads alike."""
    zh = json.dumps(company.name, ensure_ascii=False)
    en = json.dumps(company.name_en or company.name, ensure_ascii=False)
    decimals = MINOR_UNITS.get(company.currency, USUAL)
    unusual = f"currency-decimals: {decimals}\n" if decimals != USUAL else ""
    return (
        f"name: {{zh: {zh}, en: {en}}}\n"
        f"registration: {json.dumps(company.registration, ensure_ascii=False)}\n"
        f"currency: {company.currency}\n{unusual}"
        f"chart: {company.chart}\n"
        f"taxpayer: {company.taxpayer}\n"
        "cost: {method: moving-average, pool: company}\n"
        "categories:\n"
        "  goods: {title: {zh: 库存商品, en: Goods}}\n"
        "  raw: {title: {zh: 原材料, en: Raw material}}\n"
        "  packing: {title: {zh: 周转材料, en: Packing material}}\n"
        "  finished: {title: {zh: 产成品, en: Finished goods}}\n"
    )


def _accounts_text(tree: FolderTree, company: NewCompany) -> str:
    path = f"rules/charts/{company.chart}.yaml"
    if not tree.exists(path):
        charts = [Path(p).stem for p in tree.paths("rules/charts", ".yaml")]
        raise Refused(problem("init-chart-unknown", chart=company.chart, known=" ".join(charts)))
    data, marks, problems = read_yaml(tree, path)
    pack, found = read_chart_pack(YamlDocument(path, data, marks))
    if pack is None or problems:
        raise Refused(*problems, *found)
    accounts = accounts_of(pack, taxpayer=company.taxpayer, opened=company.start)
    return "\n".join(print_account(account) for account in accounts)


def _locations_text(company: NewCompany) -> str:
    texts = []
    for account, name, name_en in LOCATIONS:
        parts = account.split(":")
        status = _STATUS.get(parts[-1], "")
        site = parts[2] if account.startswith("Assets:") else ""
        class_ = class_of(account, status or "available") or ""
        location = Location(account, class_, site, name, name_en, company.start)
        texts.append(print_location(location))
    return "\n".join(texts)
