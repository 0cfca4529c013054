//! Postings on the page: where, when, with what task and result.

use super::labels::Labels;
use super::markup::Markup;
use crate::postings::PostingResponse;

/// Postings, the latest first.
pub fn postings(page: &mut Markup, postings: &[PostingResponse], labels: Labels) {
    if postings.is_empty() {
        return;
    }
    let heading = labels.say("实践锻炼", "Postings");
    page.element("<section><h2>", heading, "</h2><table><thead><tr>");
    for (zh, en) in [
        ("一线", "Front"),
        ("方式", "Arrangement"),
        ("接收单位", "Host"),
        ("任务", "Task"),
        ("起止时间", "From – to"),
        ("状态", "Status"),
        ("结果", "Result"),
    ] {
        page.element("<th scope=\"col\">", labels.say(zh, en), "</th>");
    }
    page.raw("</tr></thead><tbody>");
    for one in postings {
        row(page, one, labels);
    }
    page.raw("</tbody></table></section>");
}

fn row(page: &mut Markup, one: &PostingResponse, labels: Labels) {
    let front = labels.code("posting-front", one.front.as_str());
    page.element("<tr><td>", front, "</td>");
    let arrangement = labels.code("posting-arrangement", one.arrangement.as_str());
    page.element("<td>", arrangement, "</td>");
    let host = one
        .host_organization_name
        .as_ref()
        .or(one.host_name.as_ref());
    page.element("<td>", host.map_or("", String::as_str), "</td>");
    page.element("<td>", &one.task, "</td>");
    let first = one.starts_on.unwrap_or(one.planned_starts_on);
    page.element("<td class=\"day\">", first, " – ");
    page.element("", one.ends_on.unwrap_or(one.planned_ends_on), "</td>");
    let status = labels.code("posting-status", one.status.as_str());
    page.element("<td>", status, "</td><td>");
    if let Some(result) = &one.result {
        let rating = labels.code("posting-rating", result.rating.as_str());
        page.element("", rating, "");
        page.element(" ", result.text.as_deref().unwrap_or_default(), "");
    }
    page.raw("</td></tr>");
}
