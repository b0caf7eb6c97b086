"""阶段小结: the record of a closed phase, a row a unit."""

from cuibao.model import GateReport
from cuibao.said import phase_title, stretch
from flows.pages.markdown import Page, escaped, grid, page, simulation


def gate_page(report: GateReport, simulated: bool) -> Page:
    """Per unit, what was on time, late and missing when the phase had closed."""
    rows = [
        [
            escaped(row.unit.name),
            str(row.on_time),
            str(row.late),
            str(len(row.missing)),
            "、".join(map(escaped, row.missing)),
        ]
        for row in report.rows
    ]
    return page(
        f"阶段小结：{escaped(phase_title(report.plan, report.phase))}",
        report.drawn_at,
        f"阶段为{stretch(report.phase.start, report.phase.end)}。",
        simulation(simulated),
        grid(["单位", "按时", "迟报", "未报", "未报事项"], rows),
    )
