//! Training on the page: hours against the duty of each year, induction, and the events.

use super::super::model::GrowthFile;
use super::labels::Labels;
use super::markup::Markup;
use crate::http::Visible;
use crate::training::{EnrolmentResponse, HoursOfYear, Induction};

/// The hours of each year, and the events, the latest first.
pub fn training(
    page: &mut Markup,
    file: &GrowthFile,
    enrolments: &[EnrolmentResponse],
    labels: Labels,
) {
    page.element("<section><h2>", labels.say("教育培训", "Training"), "</h2>");
    if let Visible::Shown(years) = &file.training_hours {
        hours(page, years, labels);
    }
    if let Visible::Shown(days) = &file.induction {
        induction(page, *days, labels);
    }
    events(page, enrolments, labels);
    page.raw("</section>");
}

fn hours(page: &mut Markup, years: &[HoursOfYear], labels: Labels) {
    page.raw("<table><thead><tr>");
    page.element("<th scope=\"col\">", labels.say("年度", "Year"), "</th>");
    for (zh, en) in [
        ("已得学时", "Hours credited"),
        ("应得学时", "Duty"),
        ("尚缺", "Short by"),
    ] {
        let name = labels.say(zh, en);
        page.element("<th scope=\"col\" class=\"number\">", name, "</th>");
    }
    page.raw("</tr></thead><tbody>");
    for of in years {
        page.element("<tr><td>", of.year, "</td>");
        for number in [of.credited, of.duty, of.short_by] {
            page.element("<td class=\"number\">", number, "</td>");
        }
        page.raw("</tr>");
    }
    page.raw("</tbody></table>");
}

fn induction(page: &mut Markup, of: Induction, labels: Labels) {
    page.element("<p>", labels.say("初任培训：", "Induction: "), "");
    page.text(of.days).raw(" / ").text(of.required_days);
    page.raw(labels.say(" 天", " days"));
    if of.short_by > 0 {
        page.raw(labels.say("，完成时限 ", ", due on "))
            .text(of.due_on);
    }
    page.raw("</p>");
}

fn events(page: &mut Markup, enrolments: &[EnrolmentResponse], labels: Labels) {
    if enrolments.is_empty() {
        return;
    }
    page.raw("<table><thead><tr>");
    for (zh, en) in [
        ("培训", "Event"),
        ("类型", "Kind"),
        ("起止时间", "From – to"),
        ("考勤", "Attendance"),
        ("学时", "Hours"),
        ("结果", "Result"),
    ] {
        page.element("<th scope=\"col\">", labels.say(zh, en), "</th>");
    }
    page.raw("</tr></thead><tbody>");
    for one in enrolments {
        page.element("<tr><td>", &one.event_title, "</td>");
        let kind = labels.code("training-kind", one.kind.as_str());
        page.element("<td>", kind, "</td>");
        page.element("<td class=\"day\">", one.starts_on, " – ");
        page.element("", one.ends_on, "</td>");
        let status = labels.code("enrolment-status", one.status.as_str());
        page.element("<td>", status, "</td>");
        page.element("<td>", one.hours_credited, "</td>");
        let result = labels.code("enrolment-result", one.result.as_str());
        page.element("<td>", result, "");
        if let Some(score) = one.score {
            page.element(" ", score, "");
        }
        page.raw("</td></tr>");
    }
    page.raw("</tbody></table>");
}
