//! What things are called on the page, in its two languages.

use crate::codes;
use crate::evaluations::{Dimension, EvaluationKind, EvaluatorRelation};
use crate::growth_entries::{EntryKind, EntrySource, EntryStatus};
use crate::http::Language;

/// The words of one language.
#[derive(Debug, Clone, Copy)]
pub struct Labels(pub Language);

impl Labels {
    /// One of two texts.
    pub fn say(self, chinese: &'static str, english: &'static str) -> &'static str {
        match self.0 {
            Language::Chinese => chinese,
            Language::English => english,
        }
    }

    /// The name of a code; a code that the table does not have stands for itself.
    pub fn code(self, table: &str, code: &str) -> String {
        let item = codes::table(table).and_then(|table| table.get(code));
        let name = item.map(|item| match self.0 {
            Language::English if !item.name_en.is_empty() => item.name_en.as_str(),
            _ => item.name_zh.as_str(),
        });
        name.unwrap_or(code).to_owned()
    }

    /// The name of a dimension.
    pub fn dimension(self, dimension: Dimension) -> String {
        self.code("dimension", dimension.as_str())
    }

    /// The name of a kind of evaluation.
    pub fn evaluation_kind(self, kind: EvaluationKind) -> &'static str {
        match kind {
            EvaluationKind::MentorReview => self.say("导师评价", "Mentor review"),
            EvaluationKind::Ordinary => self.say("平时考核", "Ordinary appraisal"),
            EvaluationKind::Annual => self.say("年度考核", "Annual appraisal"),
            EvaluationKind::Probation => self.say("试用期满考核", "Probation assessment"),
            EvaluationKind::Phase => self.say("阶段考评", "Phase review"),
        }
    }

    /// What the writer of an evaluation is to the cadre.
    pub fn relation(self, relation: EvaluatorRelation) -> &'static str {
        match relation {
            EvaluatorRelation::PoliticalMentor => self.say("政治导师", "Political mentor"),
            EvaluatorRelation::ProfessionalMentor => self.say("业务导师", "Professional mentor"),
            EvaluatorRelation::Unit => self.say("所在单位", "Unit"),
            EvaluatorRelation::HostUnit => self.say("挂职单位", "Host unit"),
            EvaluatorRelation::Self_ => self.say("本人", "Self"),
        }
    }

    /// The name of a grade, from the table of its kind.
    pub fn grade(self, kind: EvaluationKind, grade: &str) -> String {
        let table = match kind {
            EvaluationKind::Annual => "annual-grade",
            EvaluationKind::Probation => "probation-result",
            EvaluationKind::Ordinary | EvaluationKind::MentorReview | EvaluationKind::Phase => {
                "ordinary-grade"
            }
        };
        self.code(table, grade)
    }

    /// The name of a kind of entry.
    pub fn entry_kind(self, kind: EntryKind) -> &'static str {
        match kind {
            EntryKind::Task => self.say("工作任务", "Task"),
            EntryKind::Training => self.say("教育培训", "Training"),
            EntryKind::Talk => self.say("谈心谈话", "Talk"),
            EntryKind::Posting => self.say("实践锻炼", "Posting"),
            EntryKind::Award => self.say("表彰奖励", "Award"),
            EntryKind::Study => self.say("自主学习", "Study"),
            EntryKind::Other => self.say("其他", "Other"),
        }
    }

    /// Who wrote an entry.
    pub fn source(self, source: EntrySource) -> &'static str {
        match source {
            EntrySource::Self_ => self.say("本人记录", "by the cadre"),
            EntrySource::Mentor => self.say("导师记录", "by a mentor"),
            EntrySource::Unit => self.say("单位记录", "by the unit"),
        }
    }

    /// Whether an entry is held to be true.
    pub fn status(self, status: EntryStatus) -> &'static str {
        match status {
            EntryStatus::Draft => self.say("待补充", "to be completed"),
            EntryStatus::Recorded => self.say("未核实", "not verified"),
            EntryStatus::Verified => self.say("已核实", "verified"),
            EntryStatus::Disputed => self.say("本人有异议", "disputed by the cadre"),
        }
    }

    /// What became of an objection.
    pub fn objection(self, status: &str) -> &'static str {
        match status {
            "UPHELD" => self.say("成立", "upheld"),
            "REJECTED" => self.say("不成立", "rejected"),
            "WITHDRAWN" => self.say("已撤回", "withdrawn"),
            _ => self.say("待答复", "open"),
        }
    }

    /// Why a pair ended.
    pub fn end_reason(self, reason: &str) -> String {
        let known = match reason {
            "MENTOR_TRANSFERRED" => self.say("导师调动", "mentor transferred"),
            "MENTOR_RETIRED" => self.say("导师退休", "mentor retired"),
            "MENTOR_WORKLOAD" => self.say("导师工作量", "mentor's workload"),
            "POST_CHANGED" => self.say("岗位变动", "post changed"),
            "CADRE_TRANSFERRED" => self.say("干部调动", "cadre transferred"),
            "CADRE_LEFT" => self.say("干部离开", "cadre left"),
            "TERM_ENDED" => self.say("期满", "term ended"),
            "OTHER" => self.say("其他", "other"),
            other => return other.to_owned(),
        };
        known.to_owned()
    }
}
