//! The head of the page: who it is about.

use super::super::model::GrowthFile;
use super::labels::Labels;
use super::markup::Markup;
use crate::cadres::{CadreResponse, CadreStatus};
use crate::http::{Language, Visible};

/// Title and facts of the person.
pub fn header(page: &mut Markup, file: &GrowthFile, labels: Labels) {
    page.element(
        "<header><p class=\"programme\">",
        labels.say("新苗培优 · 成长档案", "Xinmiao · Growth file"),
        "</p>",
    );
    match &file.person {
        Visible::Shown(person) => {
            page.element("<h1>", &person.name, "</h1>");
            page.raw("<dl class=\"facts\">");
            facts(page, person, labels);
            page.raw("</dl>");
        }
        Visible::Hidden => {
            page.element("<h1>", labels.say("成长档案", "Growth file"), "</h1>");
        }
    }
    page.raw("</header>");
}

fn facts(page: &mut Markup, person: &CadreResponse, labels: Labels) {
    let code = |table: &'static str, code: Option<&str>| code.map(|code| labels.code(table, code));
    let mut fact = |zh, en, value: Option<String>| {
        let Some(value) = value else { return };
        page.element("<div><dt>", labels.say(zh, en), "</dt><dd>")
            .text(value)
            .raw("</dd></div>");
    };
    fact("单位", "Unit", shown(&person.organization_name));
    fact("职务", "Post", held(&person.post_title).map(str::to_owned));
    let category = given(&person.post_category).map(|category| category.as_str());
    fact("岗位类别", "Kind of post", code("post-category", category));
    fact(
        "职级",
        "Rank",
        code(
            "rank",
            given(&person.rank).as_ref().map(|rank| rank.as_str()),
        ),
    );
    fact(
        "性别",
        "Sex",
        code("sex", given(&person.sex).as_ref().map(|sex| sex.as_str())),
    );
    fact(
        "出生年月",
        "Born",
        given(&person.birth_date).map(|date| date.to_string()),
    );
    fact(
        "民族",
        "Ethnic group",
        code(
            "ethnicity",
            given(&person.ethnicity)
                .as_ref()
                .map(|group| group.as_str()),
        ),
    );
    let political = given(&person.political_status);
    fact(
        "政治面貌",
        "Political status",
        code(
            "political-status",
            political.as_ref().map(|status| status.as_str()),
        ),
    );
    let education = given(&person.education_level);
    fact(
        "学历",
        "Education",
        code(
            "education-level",
            education.as_ref().map(|level| level.as_str()),
        ),
    );
    fact(
        "学位",
        "Degree",
        code(
            "degree",
            given(&person.degree).as_ref().map(|degree| degree.as_str()),
        ),
    );
    fact(
        "毕业院校",
        "School",
        held(&person.school).map(str::to_owned),
    );
    fact("所学专业", "Major", held(&person.major).map(str::to_owned));
    fact("报到时间", "Reported on", shown(&person.reported_on));
    if let Visible::Shown(phase) = person.phase {
        fact(
            "培养阶段",
            "Phase",
            Some(labels.code("phase", phase.as_str())),
        );
    }
    if let (Visible::Shown(on_probation), Visible::Shown(ends_on)) =
        (&person.on_probation, &person.probation_ends_on)
    {
        fact(
            "试用期",
            "Probation",
            Some(probation(*on_probation, ends_on, labels)),
        );
    }
    fact(
        "状态",
        "Status",
        Some(status(person.status, labels).to_owned()),
    );
}

fn probation(on_probation: bool, ends_on: &crate::values::Date, labels: Labels) -> String {
    match (on_probation, labels.0) {
        (true, Language::Chinese) => format!("试用期内，{ends_on} 期满"),
        (true, Language::English) => format!("until {ends_on}"),
        (false, Language::Chinese) => format!("{ends_on} 已期满"),
        (false, Language::English) => format!("ended {ends_on}"),
    }
}

fn status(status: CadreStatus, labels: Labels) -> &'static str {
    match status {
        CadreStatus::Active => labels.say("在培", "in the programme"),
        CadreStatus::Suspended => labels.say("中止培养", "suspended"),
        CadreStatus::Left => labels.say("已退出", "left"),
        CadreStatus::Graduated => labels.say("期满出站", "graduated"),
    }
}

fn shown<T: ToString>(member: &Visible<T>) -> Option<String> {
    match member {
        Visible::Shown(value) => Some(value.to_string()),
        Visible::Hidden => None,
    }
}

fn held(member: &Visible<Option<String>>) -> Option<&str> {
    match member {
        Visible::Shown(Some(value)) => Some(value),
        _ => None,
    }
}

fn given<T: Copy>(member: &Visible<Option<T>>) -> Option<T> {
    match member {
        Visible::Shown(value) => *value,
        Visible::Hidden => None,
    }
}
