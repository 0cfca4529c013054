//! The records of the page: mentors, evaluations, entries.

use super::super::model::{FileMentor, FileMentors};
use super::labels::Labels;
use super::markup::Markup;
use crate::evaluations::{Dimension, EvaluationResponse};
use crate::growth_entries::GrowthEntryResponse;

/// Mentors, now and before.
pub fn mentors(page: &mut Markup, mentors: &FileMentors, labels: Labels) {
    page.element("<section><h2>", labels.say("导师帮带", "Mentors"), "</h2>");
    if mentors.now.is_empty() && mentors.before.is_empty() {
        nothing(page, labels);
    } else {
        page.raw("<table><thead><tr>");
        let headings = [
            ("类别", "Role"),
            ("姓名", "Name"),
            ("单位及职务", "Unit and post"),
            ("结对方式", "Pairing"),
            ("起止时间", "From – to"),
            ("说明", "Remarks"),
        ];
        for (zh, en) in headings {
            page.element("<th scope=\"col\">", labels.say(zh, en), "</th>");
        }
        page.raw("</tr></thead><tbody>");
        for mentor in mentors.now.iter().chain(&mentors.before) {
            mentor_row(page, mentor, labels);
        }
        page.raw("</tbody></table>");
    }
    page.raw("</section>");
}

fn mentor_row(page: &mut Markup, mentor: &FileMentor, labels: Labels) {
    page.element(
        "<tr><td>",
        labels.code("mentor-role", mentor.role.as_str()),
        "</td>",
    );
    page.element("<td>", &mentor.mentor_name, "</td>");
    page.element("<td>", &mentor.organization_name, " ");
    page.element(
        "",
        mentor.post_title.as_deref().unwrap_or_default(),
        "</td>",
    );
    let style = mentor.pairing_style.as_deref();
    let style = style.map(|style| labels.code("pairing-style", style));
    page.element("<td>", style.unwrap_or_default(), "</td>");
    page.element("<td class=\"day\">", mentor.starts_on, " – ");
    match mentor.ends_on {
        Some(day) => page.text(day),
        None => page.raw(labels.say("今", "now")),
    };
    page.raw("</td><td>");
    if let Some(reason) = &mentor.end_reason {
        page.text(labels.end_reason(reason));
    } else if mentor.needs_replacement {
        page.raw(labels.say("需更换导师", "replacement needed"));
    }
    page.raw("</td></tr>");
}

/// The programme's four dimensions, each with a column of its own.
const COLUMNS: [Dimension; 4] = [
    Dimension::StateOfMind,
    Dimension::WorkPerformance,
    Dimension::PostFit,
    Dimension::Competence,
];

/// The table of evaluations.
pub fn evaluations(page: &mut Markup, evaluations: &[EvaluationResponse], labels: Labels) {
    if evaluations.is_empty() {
        return nothing(page, labels);
    }
    page.raw("<table><thead><tr>");
    for (zh, en) in [("考核期", "Period"), ("类型", "Kind"), ("评价方", "By")] {
        page.element("<th scope=\"col\">", labels.say(zh, en), "</th>");
    }
    for dimension in COLUMNS {
        page.element(
            "<th scope=\"col\" class=\"number\">",
            labels.dimension(dimension),
            "</th>",
        );
    }
    page.element(
        "<th scope=\"col\" class=\"number\">",
        labels.say("总评分", "Overall"),
        "</th>",
    );
    page.element(
        "<th scope=\"col\">",
        labels.say("等次", "Grade"),
        "</th></tr></thead><tbody>",
    );
    for evaluation in evaluations {
        evaluation_row(page, evaluation, labels);
    }
    page.raw("</tbody></table>");
}

fn evaluation_row(page: &mut Markup, evaluation: &EvaluationResponse, labels: Labels) {
    page.element("<tr><td class=\"day\">", evaluation.period_from, " – ");
    page.element("", evaluation.period_to, "</td>");
    page.element("<td>", labels.evaluation_kind(evaluation.kind), "</td>");
    page.element(
        "<td>",
        labels.relation(evaluation.evaluator_relation),
        "</td>",
    );
    for dimension in COLUMNS {
        page.raw("<td class=\"number\">");
        let score = evaluation
            .scores
            .iter()
            .find(|score| score.dimension == dimension);
        if let Some(score) = score {
            page.text(score.score);
        }
        page.raw("</td>");
    }
    page.raw("<td class=\"number\">");
    if let Some(overall) = evaluation.overall_score {
        page.text(format_args!("{:.2}", f64::from(overall.0) / 100.0));
    }
    page.raw("</td><td>");
    if let Some(grade) = &evaluation.grade {
        page.text(labels.grade(evaluation.kind, grade));
    }
    page.raw("</td></tr>");
    let notes = notes(evaluation, labels);
    if !notes.is_empty() {
        page.element(
            "<tr class=\"note\"><td colspan=\"9\">",
            notes.join("\n"),
            "</td></tr>",
        );
    }
}

/// What stands below an evaluation: scores without a column, what the writer says, and what the cadre objects.
fn notes(evaluation: &EvaluationResponse, labels: Labels) -> Vec<String> {
    let others = evaluation
        .scores
        .iter()
        .filter(|score| !COLUMNS.contains(&score.dimension));
    let others: Vec<String> = others
        .map(|score| format!("{} {}", labels.dimension(score.dimension), score.score))
        .collect();
    let mut notes = Vec::new();
    if !others.is_empty() {
        notes.push(others.join(" · "));
    }
    notes.extend(evaluation.summary.clone());
    notes.extend(evaluation.suggestions.clone());
    if let Some(objection) = &evaluation.objection {
        let status = labels.objection(objection.status.as_str());
        notes.push(
            labels.say("本人异议（", "Objection (").to_owned()
                + status
                + labels.say("）：", "): ")
                + &objection.reason,
        );
        notes.extend(objection.answer.clone());
    }
    notes
}

/// Growth entries, the newest first.
pub fn entries(page: &mut Markup, entries: &[GrowthEntryResponse], labels: Labels) {
    page.element(
        "<section><h2>",
        labels.say("成长纪实", "Growth entries"),
        "</h2>",
    );
    if entries.is_empty() {
        nothing(page, labels);
    }
    for entry in entries {
        page.raw("<article class=\"entry\"><div class=\"head\">");
        page.raw("<time datetime=\"")
            .text(entry.occurred_on)
            .element("\">", entry.occurred_on, "</time>");
        page.element("<h3>", &entry.title, "</h3><span class=\"tag\">");
        page.text(labels.entry_kind(entry.kind))
            .raw(" · ")
            .text(labels.source(entry.source));
        page.raw(" · ")
            .text(labels.status(entry.status))
            .raw("</span></div><dl>");
        let parts = [
            (labels.say("参与", "Participation"), &entry.participation),
            (labels.say("帮助", "Support"), &entry.support),
            (labels.say("成效", "Outcome"), &entry.outcome),
            (labels.say("异议", "Dispute"), &entry.dispute_reason),
        ];
        for (name, text) in parts {
            if let Some(text) = text {
                page.element("<div><dt>", name, "</dt>")
                    .element("<dd>", text, "</dd></div>");
            }
        }
        evidence(page, entry, labels);
        page.raw("</dl></article>");
    }
    page.raw("</section>");
}

fn evidence(page: &mut Markup, entry: &GrowthEntryResponse, labels: Labels) {
    if entry.evidence.0.is_empty() {
        return;
    }
    page.element("<div><dt>", labels.say("佐证", "Evidence"), "</dt><dd><ul>");
    for link in &entry.evidence.0 {
        page.raw("<li><a rel=\"noreferrer noopener\" href=\"")
            .text(&link.href);
        page.element("\">", &link.label, "</a></li>");
    }
    page.raw("</ul></dd></div>");
}

fn nothing(page: &mut Markup, labels: Labels) {
    page.element(
        "<p class=\"empty\">",
        labels.say("暂无记录。", "Nothing yet."),
        "</p>",
    );
}
