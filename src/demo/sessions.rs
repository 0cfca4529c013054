//! The demo's talks: three years of them, a third heart to heart.
//!
//! A pair talks in most months; which, on what day and about what follows from the ids in the files, so that it is the same every time.

use std::collections::HashMap;

use super::files::{self, PairingRow};
use super::plans::drawn;
use super::records::People;
use crate::assignments::{self, Assignment};
use crate::context::Context;
use crate::db::{DbConn, Id, UtcTimestamp};
use crate::error::{Error, Result};
use crate::mentoring_sessions::{self, NewFollowUp, PairMember, PastSession, SessionKind};
use crate::values::Date;

/// In how many months of a hundred a pair talks.
const HELD_PERCENT: u32 = 75;
/// Of how many talks of a hundred something is to be done afterwards.
const AGREED_PERCENT: u32 = 20;
/// How much of a hundred that was due of late is done; all before it is.
const DONE_PERCENT: u32 = 80;
/// How many days that is.
const LATE_DAYS: i64 = 60;

/// Takes over every talk.
pub fn load(tx: &mut DbConn, context: &Context, people: &People) -> Result<()> {
    let mut pairs: HashMap<(Id, Id, Date), Assignment> = HashMap::new();
    for pair in assignments::all(tx)? {
        pairs.insert((pair.cadre_id, pair.mentor_id, pair.starts_on), pair);
    }
    let mut past = Vec::new();
    let rows: Vec<PairingRow> = files::rows(files::PAIRINGS)?;
    for row in &rows {
        let cadre = people.cadre(&row.cadre_external_id)?;
        let mentor_id = people.mentor(&row.mentor_external_id)?;
        let pair = pairs
            .get(&(cadre.id, mentor_id, row.starts_on))
            .ok_or_else(|| Error::internal("a pair of the demo is not there"))?;
        past.extend(
            (0..)
                .map_while(|month| slot(context, row, month))
                .filter_map(|day| {
                    let day = day?;
                    Some(talk(context, row, pair, day))
                }),
        );
    }
    mentoring_sessions::take_over(tx, context, &past)?;
    Ok(())
}

/// The day of a month of a pair on which it talks, if it does; none from the month in which it ended.
fn slot(context: &Context, row: &PairingRow, month: i32) -> Option<Option<Date>> {
    let first = row.starts_on.plus_months(month);
    let last = row.ends_on.unwrap_or(context.today).min(context.today);
    if first > last {
        return None;
    }
    let seed = drawn(&[
        &row.cadre_external_id,
        &row.mentor_external_id,
        &month.to_string(),
    ]);
    let mut day = first.plus_days(i64::from(seed % 24));
    while !day.is_working_day() {
        day = day.plus_days(1);
    }
    Some(Some(day).filter(|day| *day <= last && seed / 100 % 100 < HELD_PERCENT))
}

fn talk<'a>(
    context: &Context,
    row: &PairingRow,
    pair: &'a Assignment,
    day: Date,
) -> PastSession<'a> {
    let word = day.to_string();
    let draw = |what: &str, of: usize| {
        let seed = drawn(&[&row.cadre_external_id, &row.mentor_external_id, &word, what]);
        usize::try_from(seed).unwrap_or_default() % of
    };
    let kind = match draw("kind", 6) {
        0 | 1 => SessionKind::HeartToHeart,
        2 => SessionKind::Visit,
        _ => SessionKind::Guidance,
    };
    let topics = match kind {
        SessionKind::HeartToHeart => &["THOUGHTS", "LIFE", "FAMILY", "GROWTH", "HEALTH"][..],
        SessionKind::Visit => &["WORK", "LIFE"],
        _ => &["WORK", "STUDY", "CONDUCT", "GROWTH"],
    };
    let topic = |what: &str| topics[draw(what, topics.len())].to_owned();
    let mut both = vec![topic("topic"), topic("other topic")];
    both.dedup();
    let notes = NOTES.iter().filter(|(of, _)| *of == kind);
    let notes: Vec<&str> = notes.map(|(_, note)| *note).collect();
    let hour = 9 + i64::try_from(draw("hour", 9)).unwrap_or_default();
    let start: UtcTimestamp = context.deps.clock.start_of(day);
    let is_agreed = draw("agreed", 100) < percent(AGREED_PERCENT);
    PastSession {
        pair,
        organization_id: pair.organization_id,
        kind,
        occurred_at: start.plus_seconds(hour * 3600),
        minutes: 20 + 5 * i32::try_from(draw("minutes", 15)).unwrap_or_default(),
        topics: both,
        note: notes[draw("note", notes.len())].to_owned(),
        is_confirmed: draw("confirmed", 100) < 70,
        agreed: is_agreed.then(|| {
            let due_on = day.plus_months(1);
            let is_long_ago = context.today.days_since(due_on) > LATE_DAYS;
            let is_done = is_long_ago || draw("done", 100) < percent(DONE_PERCENT);
            NewFollowUp {
                owner: match draw("owner", 2) {
                    0 => PairMember::Mentor,
                    _ => PairMember::Cadre,
                },
                text: AGREED[draw("text", AGREED.len())].to_owned(),
                due_on,
                done_on: Some(due_on).filter(|day| is_done && *day <= context.today),
            }
        }),
    }
}

fn percent(share: u32) -> usize {
    usize::try_from(share).unwrap_or(100)
}

/// What was said.
const NOTES: &[(SessionKind, &str)] = &[
    (
        SessionKind::HeartToHeart,
        "思想稳定，对岗位有认同感，希望多到一线锻炼。",
    ),
    (
        SessionKind::HeartToHeart,
        "异地任职，想家，已商定每月集中调休一次。",
    ),
    (
        SessionKind::HeartToHeart,
        "近期任务集中，压力较大，建议合理安排作息。",
    ),
    (
        SessionKind::HeartToHeart,
        "对三年成长有想法，愿意争取项目一线岗位。",
    ),
    (
        SessionKind::HeartToHeart,
        "家庭有困难，已说明可申请的关怀政策。",
    ),
    (
        SessionKind::Guidance,
        "讲解公文格式和办文流程，现场修改两份稿件。",
    ),
    (
        SessionKind::Guidance,
        "带着参加村民会议，复盘群众工作方法。",
    ),
    (SessionKind::Guidance, "梳理岗位职责和廉政风险点。"),
    (SessionKind::Guidance, "指导制定季度学习计划。"),
    (SessionKind::Guidance, "讲评上月工作，指出台账不规范问题。"),
    (SessionKind::Visit, "到驻村点查看工作和住宿条件。"),
    (SessionKind::Visit, "走访同事，了解日常表现，反映良好。"),
];

/// What was agreed.
const AGREED: &[&str] = &[
    "联系项目指挥部，安排跟班学习",
    "推荐两本业务书籍并交流体会",
    "独立起草一份调研报告",
    "走访十户群众并形成台账",
    "协调解决周转房",
    "参加一次信访接待",
    "整理分管业务的政策清单",
    "报名参加专题培训",
];
