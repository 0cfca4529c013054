//! The growth file as a page for A4: no script, no request to anywhere, readable in grey and by screen readers.

mod chart;
mod labels;
mod markup;
mod person;
mod plan;
mod postings;
mod records;
mod sessions;
mod training;

use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use self::labels::Labels;
use self::markup::Markup;
use super::completeness::Completeness;
use super::model::GrowthFileResponse;
use crate::http::{Language, Visible};

const STYLE: &str = include_str!("page.css");

/// Allows the page's own style sheet, by its digest, and nothing else.
pub fn content_security_policy() -> &'static str {
    static POLICY: LazyLock<String> = LazyLock::new(|| {
        let digest = STANDARD.encode(crate::vault::sha256(&[STYLE.as_bytes()]));
        format!(
            "default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        )
    });
    &POLICY
}

/// Writes the page.
pub fn render(response: &GrowthFileResponse, language: Language) -> String {
    let labels = Labels(language);
    let file = &response.file;
    let mut page = Markup::default();
    page.raw("<!doctype html>\n<html lang=\"")
        .text(language.tag());
    page.raw(
        "\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">",
    );
    page.raw("<title>")
        .raw(labels.say("成长档案", "Growth file"));
    if let Visible::Shown(person) = &file.person {
        page.raw(" · ").text(&person.name);
    }
    page.raw("</title><style>")
        .raw(STYLE)
        .raw("</style></head>\n<body>");
    person::header(&mut page, file, labels);
    if let Visible::Shown(completeness) = &file.completeness {
        completeness_of(&mut page, completeness, labels);
    }
    if let Visible::Shown(Some(plan)) = &file.plan {
        plan::plan(&mut page, plan, labels);
    }
    if let Visible::Shown(mentors) = &file.mentors {
        records::mentors(&mut page, mentors, labels);
    }
    if let Visible::Shown(evaluations) = &file.evaluations {
        page.element(
            "<section><h2>",
            labels.say("考核评价", "Evaluations"),
            "</h2>",
        );
        if let Visible::Shown(series) = &file.series
            && !series.is_empty()
        {
            page.raw("<figure>");
            chart::draw(&mut page, series, labels);
            let caption = labels.say(
                "同一期末有多份评价时取平均分；各份得分见下表。",
                "Where several evaluations end on one day their mean is drawn; the table has each of them.",
            );
            page.element("<figcaption>", caption, "</figcaption></figure>");
        }
        records::evaluations(&mut page, evaluations, labels);
        page.raw("</section>");
    }
    if let Visible::Shown(enrolments) = &file.training {
        training::training(&mut page, file, enrolments, labels);
    }
    if let Visible::Shown(found) = &file.postings {
        postings::postings(&mut page, found, labels);
    }
    if let Visible::Shown(found) = &file.sessions {
        sessions::sessions(&mut page, found, labels);
    }
    if let Visible::Shown(entries) = &file.entries {
        records::entries(&mut page, entries, labels);
    }
    footer(&mut page, response, labels);
    page.raw("</body></html>\n");
    page.finish()
}

fn completeness_of(page: &mut Markup, completeness: &Completeness, labels: Labels) {
    page.element(
        "<section><h2>",
        labels.say("档案完整度", "Completeness"),
        "</h2><p class=\"empty\">",
    );
    page.raw(labels.say("应有 ", "Expected: "))
        .text(completeness.expected);
    page.raw(labels.say(" 项，已有 ", ", present: "))
        .text(completeness.present);
    page.raw(labels.say(" 项（", " ("))
        .text(completeness.percent);
    page.raw(labels.say("%）", "%)")).raw("</p>");
    page.raw("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 100 2\" width=\"100%\" aria-hidden=\"true\">");
    page.raw("<rect width=\"100\" height=\"2\" fill=\"#e6e0d4\"/><rect height=\"2\" fill=\"#8c1515\" width=\"");
    page.text(completeness.percent).raw("\"/></svg></section>");
}

fn footer(page: &mut Markup, response: &GrowthFileResponse, labels: Labels) {
    let nature = labels.say(
        "本档案是培养工作的过程记录，不是干部人事档案。",
        "A working record of the programme, not the personnel file.",
    );
    page.element("<footer><p>", nature, "</p><p>");
    page.raw(labels.say("生成时间：", "Generated: "))
        .text(response.generated_at);
    page.raw(labels.say("；日志位置：", "; journal position: "))
        .text(response.journal_position);
    page.raw("</p></footer>");
}
