//! The plan of the year on the page: its days, the goals, what was decided at the gate.

use super::labels::Labels;
use super::markup::Markup;
use crate::plans::{PlanGoal, PlanResponse};

/// The plan of the year; nothing for who has none.
pub fn plan(page: &mut Markup, plan: &PlanResponse, labels: Labels) {
    page.element(
        "<section><h2>",
        labels.say("培养计划", "Plan of the year"),
        "</h2>",
    );
    page.element("<p>", labels.code("phase", plan.phase.as_str()), " · ");
    page.element("", &plan.theme, " · ");
    page.element("", plan.starts_on, " – ");
    page.element("", plan.ends_on, " · ");
    page.element("", labels.code("plan-status", plan.status.as_str()), "</p>");
    if plan.shifted_days > 0 {
        page.element("<p>", labels.say("顺延天数：", "Days shifted: "), "");
        page.element("", plan.shifted_days, "</p>");
    }
    if let Some(own_words) = &plan.career_plan {
        page.element(
            "<dl><div><dt>",
            labels.say("职业规划", "Career plan"),
            "</dt>",
        );
        page.element("<dd>", own_words, "</dd></div></dl>");
    }
    goals(page, &plan.goals, labels);
    decisions(page, plan, labels);
    page.raw("</section>");
}

fn goals(page: &mut Markup, goals: &[PlanGoal], labels: Labels) {
    if goals.is_empty() {
        return;
    }
    page.raw("<table><thead><tr>");
    for (zh, en) in [
        ("目标", "Goal"),
        ("衡量标准", "Measure"),
        ("时限", "Due"),
        ("来源", "From"),
        ("进展", "Status"),
    ] {
        page.element("<th scope=\"col\">", labels.say(zh, en), "</th>");
    }
    page.raw("</tr></thead><tbody>");
    for goal in goals {
        page.element("<tr><td>", &goal.title, "");
        if goal.required {
            page.raw(labels.say("（必达）", " (required)"));
        }
        page.raw("</td>");
        page.element("<td>", goal.measure.as_deref().unwrap_or_default(), "</td>");
        page.element("<td class=\"day\">", goal.due_on, "</td>");
        let source = labels.code("plan-goal-source", goal.source.as_str());
        page.element("<td>", source, "</td>");
        let status = labels.code("plan-goal-status", goal.status.as_str());
        page.element("<td>", status, "");
        if let Some(day) = goal.done_on {
            page.element(" ", day, "");
        }
        page.raw("</td></tr>");
    }
    page.raw("</tbody></table>");
}

fn decisions(page: &mut Markup, plan: &PlanResponse, labels: Labels) {
    if plan.decisions.is_empty() {
        return;
    }
    page.raw("<dl>");
    for decision in &plan.decisions {
        page.element("<div><dt>", decision.decided_on, " ");
        let outcome = labels.code("gate-outcome", decision.outcome.as_str());
        page.element("", outcome, "</dt>");
        page.element("<dd>", &decision.reason, "");
        if let Some(adjustments) = &decision.adjustments {
            page.element("\n", adjustments, "");
        }
        if let Some(reason) = &decision.reverse_reason {
            let status = labels.code("plan-decision-status", decision.status.as_str());
            page.element("\n", status, " ").text(reason);
        }
        if let Some(objection) = &decision.objection {
            page.element("\n", labels.say("本人异议（", "Objection ("), "");
            page.text(labels.objection(objection.status.as_str()));
            page.raw(labels.say("）：", "): ")).text(&objection.reason);
        }
        page.raw("</dd></div>");
    }
    page.raw("</dl>");
}
