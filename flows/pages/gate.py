"""阶段小结: the record of a closed phase, a row a unit."""

from cuibao.model import GateReport
from cuibao.said import phase_title, stretch
from cuibao.tongue import say
from flows.pages.markdown import Page, escaped, grid, page, simulation


def gate_page(report: GateReport, simulated: bool) -> Page:
    """Per unit, what was on time, late and missing when the phase had closed."""
    rows = [
        [
            escaped(row.unit.name),
            str(row.on_time),
            str(row.late),
            str(len(row.missing)),
            say("、").join(map(escaped, row.missing)),
        ]
        for row in report.rows
    ]
    return page(
        say("阶段小结：{phase}", phase=escaped(phase_title(report.plan, report.phase))),
        report.drawn_at,
        say("阶段为{days}。", days=stretch(report.phase.start, report.phase.end)),
        simulation(simulated),
        grid([say("单位"), say("按时"), say("迟报"), say("未报"), say("未报事项")], rows),
    )
