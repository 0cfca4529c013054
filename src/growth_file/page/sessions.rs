//! Talks on the page: that they were held, and of those which are not confidential what they were about. A page is printed and goes from
//! hand to hand, so that it says no more of a confidential talk to the pair than to others, and no word of the notes.

use super::labels::Labels;
use super::markup::Markup;
use crate::http::Visible;
use crate::mentoring_sessions::MentoringSessionResponse;

/// Talks, the latest first.
pub fn sessions(page: &mut Markup, sessions: &[MentoringSessionResponse], labels: Labels) {
    if sessions.is_empty() {
        return;
    }
    let heading = labels.say("帮带记录", "Mentoring sessions");
    page.element("<section><h2>", heading, "</h2><table><thead><tr>");
    for (zh, en) in [
        ("日期", "Date"),
        ("方式", "Kind"),
        ("导师", "Mentor"),
        ("主题", "Topics"),
        ("双方确认", "Confirmed"),
    ] {
        page.element("<th scope=\"col\">", labels.say(zh, en), "</th>");
    }
    page.raw("</tr></thead><tbody>");
    for one in sessions {
        row(page, one, labels);
    }
    page.raw("</tbody></table></section>");
}

fn row(page: &mut Markup, one: &MentoringSessionResponse, labels: Labels) {
    page.element("<tr><td class=\"day\">", one.occurred_on, "</td>");
    let kind = labels.code("session-kind", one.kind.as_str());
    page.element("<td>", kind, "</td>");
    let role = labels.code("mentor-role", one.role.as_str());
    page.element("<td>", &one.mentor_name, " ");
    page.element("", role, "</td>");
    let topics = match &one.topics {
        Visible::Shown(topics) if !one.confidential => {
            let topic = |topic: &String| labels.code("session-topic", topic);
            let topics: Vec<String> = topics.iter().map(topic).collect();
            topics.join(labels.say("、", ", "))
        }
        _ => labels.say("（保密）", "(confidential)").to_owned(),
    };
    page.element("<td>", topics, "</td>");
    let confirmed = match one.confirmed_at {
        Some(_) => labels.say("是", "yes"),
        None => "",
    };
    page.element("<td>", confirmed, "</td></tr>");
}
