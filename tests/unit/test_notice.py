"""What the shipped data says, against a table typed from the notice (信安办字〔2022〕30号) by hand."""

from datetime import date
from pathlib import Path

import pytest

from cuibao.loading import CalendarOverrides, find_campaigns, load_campaign, load_overrides
from cuibao.model import Campaign, Every, Register, Requirement, Rule

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "schedules" / "xinfeng-2022"

TOWNS = [
    *["嘉定镇", "大塘埠镇", "古陂镇", "大桥镇", "新田镇", "安西镇"],
    *["小江镇", "铁石口镇", "大阿镇", "油山镇", "小河镇", "西牛镇"],
    *["正平镇", "虎山乡", "崇仙乡", "万隆乡"],
]
MANAGEMENT = ["城市社区管委会", "高新区管委会"]
DEPARTMENTS = [
    *["县应急管理局", "县自然资源局", "县行政审批局", "县生态环境局", "县公安局", "县林业局"],
    *["县供销社", "县消防救援大队", "县交通局", "县市场监管局", "县发改委", "县工信局"],
    *["县科技局", "县商务局", "县委宣传部", "县财政局", "县文广新旅局", "县总工会"],
    *["团县委", "县妇联", "县科协", "县教育局"],
]
MINING, CHEMICALS = "县矿山安全专业委员会", "县危化安全专业委员会"
GENERAL = [*TOWNS, *MANAGEMENT, *DEPARTMENTS]
MINES = [*TOWNS, "县应急管理局", "县自然资源局", "县行政审批局", "县生态环境局", "县公安局", "县林业局"]
FIREWORKS = [
    *[*TOWNS, "县应急管理局", "县行政审批局", "县公安局", "县供销社"],
    *["县消防救援大队", "县交通局", "县市场监管局"],
]
PARKS = ["县应急管理局", "县交通局", "县发改委", "县工信局", "县科技局", "县商务局"]
DEMONSTRATION = [*TOWNS, *MANAGEMENT, MINING, CHEMICALS]


def on(month: int, day: int) -> Rule:
    return Rule(Every.ONCE, once=date(2022, month, day))


def monthly(day: int | None, first: tuple[int, int], last: tuple[int, int]) -> Rule:
    return Rule(Every.MONTH, day=day, first=date(2022, *first), last=date(2022, *last))


QUARTERLY = Rule(Every.QUARTER, day=None, first=date(2022, 4, 1), last=date(2022, 12, 31))

# plan, requirement, title, who owes it, rule, tracked, also to 市安委办, where the notice says it
NOTICE = [
    ("culture", "progress", "攻坚战进展情况", GENERAL, QUARTERLY, True, False, "方案一 四（五）"),
    ("skills", "liaison", "联络人姓名和联系电话", GENERAL, on(4, 25), True, False, "方案二 四（三）"),
    ("skills", "interim", "阶段性工作情况", GENERAL, on(7, 25), True, False, "方案二 四（三）"),
    ("skills", "final", "最终工作情况", GENERAL, on(10, 20), True, False, "方案二 四（三）"),
    ("skills", "work-plan", "制定实施方案或计划安排", GENERAL, on(4, 30), False, False, "方案二 三（一）"),
    (
        *("responsibility", "monthly", "本月工作进展", GENERAL),
        *(monthly(20, (4, 1), (12, 31)), True, False, "方案三 五（二）、四（二）"),
    ),
    ("mines", "extraction-check", "采掘施工项目专项检查情况表", [MINING], on(6, 25), True, True, "方案四 一（二）5"),
    (
        *("mines", "technical-renovation", "非煤矿山技术改造情况登记表", [*TOWNS, MINING]),
        *(on(9, 15), True, True, "方案四 一（五）11"),
    ),
    ("mines", "monthly", "本月工作情况", MINES, monthly(25, (5, 1), (9, 30)), True, True, "方案四 二（二）"),
    ("mines", "work-plan", "制定完成工作方案并进行动员部署", MINES, on(4, 30), False, False, "方案四 二（一）"),
    ("fireworks", "completion", "三年行动目标任务完成情况", FIREWORKS, on(12, 5), True, False, "方案五 三（三）"),
    (
        *("fireworks", "retail-order", "规范零售店（点）经营秩序"),
        *([*TOWNS, "县应急管理局", "县供销社", "县市场监管局"], on(6, 30), False, False, "方案五 附件 序号5"),
    ),
    (
        *("fireworks", "warehouse-safety", "提升企业本质安全化水平"),
        *([*TOWNS, "县应急管理局", "县消防救援大队"], on(11, 30), False, False, "方案五 附件 序号1"),
    ),
    ("parks", "monthly", "当月攻坚行动工作情况", PARKS, monthly(None, (5, 1), (9, 30)), True, False, "方案六 四（二）"),
    ("technology", "work-plan", "科技强安实施方案", GENERAL, on(4, 30), True, False, "方案七 三（四）"),
    (
        "technology",
        "monthly",
        "科技强安进展情况",
        GENERAL,
        monthly(20, (5, 1), (11, 30)),
        True,
        False,
        "方案七 三（四）",
    ),
    ("technology", "annual", "科技强安全年工作总结", GENERAL, on(12, 10), True, False, "方案七 三（四）"),
    ("demonstration", "work-plan", "“双千示范”建设实施方案", DEMONSTRATION, on(4, 30), True, False, "方案八 三（四）"),
    (
        *("demonstration", "monthly", "“双千示范”建设阶段性进展情况", DEMONSTRATION),
        *(monthly(None, (5, 1), (11, 30)), True, False, "方案八 三（四）"),
    ),
    ("demonstration", "annual", "“双千示范”建设年度总结", DEMONSTRATION, on(12, 31), True, False, "方案八 三（四）"),
]

APRIL = (date(2022, 4, 1), date(2022, 4, 30))
SUMMER = (date(2022, 5, 1), date(2022, 9, 30))
AUTUMN = (date(2022, 10, 1), date(2022, 12, 31))
COMMON = ((date(2022, 4, 18), date(2022, 4, 30)), SUMMER, AUTUMN)

PLANS = [
    (1, "culture", "信丰县公共安全文化建设“巩固提升”攻坚战实施方案", "杨军明", COMMON),
    (
        *(2, "skills", "信丰县企业从业人员安全技能“巩固提升”攻坚战实施方案", "陈运发"),
        (APRIL, SUMMER, (date(2022, 10, 1), date(2022, 10, 31))),
    ),
    (
        *(3, "responsibility", "信丰县落实企业安全生产主体责任三年行动专题“巩固提升”攻坚战实施方案", "陈运发"),
        (APRIL, (date(2022, 4, 1), date(2022, 9, 30)), AUTUMN),
    ),
    (4, "mines", "信丰县矿山安全专项整治三年行动“巩固提升”攻坚战工作方案", "卢志军", (APRIL, SUMMER, AUTUMN)),
    (5, "fireworks", "信丰县烟花爆竹安全生产专项整治三年行动“巩固提升”攻坚战实施方案", None, (APRIL, SUMMER, AUTUMN)),
    (6, "parks", "信丰县高新区等功能区安全专项整治三年行动“巩固提升”攻坚战实施方案", "陈运发", (APRIL, SUMMER, AUTUMN)),
    (7, "technology", "信丰县全面深化“机械化换人、自动化减人、智能化管控”科技强安攻坚战实施方案", None, COMMON),
    (8, "demonstration", "信丰县全面深化“双千示范”工程建设实施方案", None, COMMON),
]


@pytest.fixture(scope="module")
def campaign() -> Campaign:
    return load_campaign(FOLDER, ROOT / "contacts")


def requirement_of(campaign: Campaign, plan_id: str, requirement_id: str) -> Requirement:
    plan = next(plan for plan in campaign.plans if plan.id == plan_id)
    return next(requirement for requirement in plan.requirements if requirement.id == requirement_id)


def test_it_holds_the_campaign_as_issued(campaign: Campaign) -> None:
    assert (campaign.id, campaign.document_no, campaign.reference) == ("xinfeng-2022", "信安办字〔2022〕30号", "XF2022")
    assert (campaign.issued, campaign.ends) == (date(2022, 4, 18), date(2022, 12, 31))
    assert (campaign.office, campaign.mailbox, campaign.phone) == (
        "信丰县安全生产委员会办公室",
        "xfxawb@sina.com",
        "3336239",
    )


def test_it_reminds_as_the_office_decided(campaign: Campaign) -> None:
    policy = campaign.policy
    assert (policy.advance, policy.advance_monthly, policy.overdue) == ((7, 3, 1), (3, 1), (1, 3, 5))
    assert (policy.escalate_from, policy.letters_at_most, policy.letters_in_days, policy.copy_in_days) == (3, 2, 7, 7)


def test_it_holds_the_eight_plans_in_the_notices_order(campaign: Campaign) -> None:
    found = [
        (plan.no, plan.id, plan.title, plan.contact.name, tuple((phase.start, phase.end) for phase in plan.phases))
        for plan in campaign.plans
    ]
    assert found == PLANS


def test_it_names_the_phases_in_order(campaign: Campaign) -> None:
    assert all(
        tuple(phase.id for phase in plan.phases) == ("mobilization", "implementation", "summary")
        for plan in campaign.plans
    )


def test_it_asks_for_reports_at_one_mailbox_whatever_slip_the_notice_printed(campaign: Campaign) -> None:
    assert {(plan.contact.mailbox, plan.contact.phone) for plan in campaign.plans} == {("xfxawb@sina.com", "3336239")}


def test_it_holds_every_requirement_and_milestone_of_the_notice_and_no_other(campaign: Campaign) -> None:
    found = [(plan.id, requirement.id) for plan in campaign.plans for requirement in plan.requirements]
    assert found == [row[:2] for row in NOTICE]


@pytest.mark.parametrize(
    ("plan", "requirement", "title", "units", "rule", "tracked", "city", "source"),
    NOTICE,
    ids=[f"{row[0]}-{row[1]}" for row in NOTICE],
)
def test_it_reads_an_item_as_the_notice_has_it(
    campaign: Campaign,
    plan: str,
    requirement: str,
    title: str,
    units: list[str],
    rule: Rule,
    tracked: bool,
    city: bool,
    source: str,
) -> None:
    found = requirement_of(campaign, plan, requirement)

    assert found.title.startswith(title)
    assert sorted(campaign.units[unit].name for unit in found.units) == sorted(units)
    assert found.rule == rule
    assert (found.tracked, found.also_to, found.source) == (tracked, "市安委办" if city else None, source)


def test_it_asks_for_the_annexes_and_the_form_that_the_notice_prescribes(campaign: Campaign) -> None:
    forms = {(plan.id, item.id): item.form for plan in campaign.plans for item in plan.requirements if item.form}
    assert forms == {
        ("responsibility", "monthly"): "对照7项目标任务，结合实际条目式简要书面报送",
        ("mines", "extraction-check"): "用通知方案四附件1的表",
        ("mines", "technical-renovation"): "用通知方案四附件2的表",
        ("fireworks", "completion"): "附佐证资料",
    }


def test_it_knows_the_units_in_the_issues_order(campaign: Campaign) -> None:
    assert [unit.name for unit in campaign.units.values()] == [*GENERAL, MINING, CHEMICALS]
    assert [unit.no for unit in campaign.units.values()] == [
        *[f"T{number:02d}" for number in range(1, 17)],
        *["G01", "G02"],
        *[f"D{number:02d}" for number in range(1, 23)],
        *["C01", "C02"],
    ]


def test_it_lists_a_requirements_units_in_the_order_of_the_units(campaign: Campaign) -> None:
    order = list(campaign.units)
    for plan in campaign.plans:
        for requirement in plan.requirements:
            assert list(requirement.units) == sorted(requirement.units, key=order.index)


def test_it_puts_every_unit_in_its_group(campaign: Campaign) -> None:
    by_letter = {"T": "towns", "G": "management-committees", "D": "departments", "C": "committees"}
    assert {unit.no[0]: unit.group for unit in campaign.units.values()} == by_letter
    assert campaign.groups == {
        "towns": "各乡（镇）",
        "management-committees": "管委会",
        "departments": "县直部门",
        "committees": "专业委员会",
    }


@pytest.mark.parametrize(
    ("name", "alias"),
    [
        ("县消防救援大队", "县消防救援支队"),
        ("县市场监管局", "县市监局"),
        ("县交通局", "县交通运输局"),
        ("团县委", "共青团县委"),
        (MINING, "县安委会矿山安全专业委员会"),
        (CHEMICALS, "危化专委会"),
    ],
)
def test_it_knows_a_unit_by_the_notices_other_name(campaign: Campaign, name: str, alias: str) -> None:
    assert [unit.name for unit in campaign.units.values() if alias in unit.aliases] == [name]


def test_it_ships_no_address_that_mail_could_reach(campaign: Campaign) -> None:
    addresses = [
        address
        for unit in campaign.units.values()
        for address in (*unit.addresses, unit.liaison.email, unit.leader.email)
    ]
    assert len(addresses) == 3 * 42
    assert all(address and address.endswith("@xinfeng.example") for address in addresses)


@pytest.mark.parametrize(
    ("plan", "words"),
    [(1, "gxfxawb@sina.com"), (5, "没有写联系人"), (5, "县委办牵头"), (7, "没有写谁报"), (8, "没有划分阶段")],
)
def test_it_records_a_slip_or_gap_of_the_notice_as_an_assumption(campaign: Campaign, plan: int, words: str) -> None:
    assert any(words in assumption for assumption in campaign.plans[plan - 1].assumptions)


def test_it_records_how_it_reads_before_and_who_the_departments_are(campaign: Campaign) -> None:
    said = "\n".join(campaign.assumptions)
    assert "“X日前”含X日当天" in said
    assert "通知未附县安委会成员单位名单" in said


def test_it_ships_no_calendar_override() -> None:
    assert load_overrides(ROOT / "schedules" / "holidays.yaml") == CalendarOverrides()


def test_it_asks_the_partys_department_and_the_peoples_organizations_and_instructs_the_others(
    campaign: Campaign,
) -> None:
    asked = [unit.name for unit in campaign.units.values() if unit.register is Register.REQUEST]
    assert asked == ["县委宣传部", "县总工会", "团县委", "县妇联", "县科协"]


def test_it_finds_the_shipped_campaign() -> None:
    assert find_campaigns(ROOT / "schedules") == (FOLDER,)
