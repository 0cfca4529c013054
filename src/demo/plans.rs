//! What has become of the demo's plans: who wrote of their career, which are in effect, which goals are done.
//!
//! A city is uneven, and the same every time: what happens to a plan follows from the id of its cadre in the files.

use std::collections::HashMap;

use super::accounts::RECRUIT;
use super::files::{self, CareerPlanRow};
use super::records::People;
use crate::context::Context;
use crate::db::{DbConn, Id};
use crate::error::Result;
use crate::plans::{self, PastPlan, Plan};
use crate::values::Date;

/// Days after which nearly every plan is in effect.
const SETTLED: i64 = 30;

/// Makes a plan for everyone, and tells what has become of it. That of the recruit who is an account stays as it is made, for a look
/// around.
pub fn load(tx: &mut DbConn, context: &Context, people: &People) -> Result<()> {
    plans::make_all(tx, context)?;
    let texts: Vec<CareerPlanRow> = files::rows(files::CAREER_PLANS)?;
    let external_ids: HashMap<Id, &str> = people.external_ids().collect();
    let mut past = Vec::new();
    for plan in plans::all(tx)? {
        let Some(external_id) = external_ids.get(&plan.cadre_id) else {
            continue;
        };
        if *external_id != RECRUIT {
            let become_of = past_of(context.today, &plan, external_id, &texts)?;
            past.push((plan, become_of));
        }
    }
    plans::take_over(tx, context, past)
}

fn past_of(
    today: Date,
    plan: &Plan,
    external_id: &str,
    texts: &[CareerPlanRow],
) -> Result<PastPlan> {
    let draw = |of: &str| drawn(&[external_id, plan.phase.as_str(), of]);
    let texts: Vec<&CareerPlanRow> = texts.iter().filter(|row| row.phase == plan.phase).collect();
    let is_settled = today.days_since(plan.starts_on) >= SETTLED;
    let is_active = draw("active") % 100 < if is_settled { 96 } else { 40 };
    let has_words = draw("words") % 100 < if is_settled { 88 } else { 45 };
    let pick = usize::try_from(draw("text")).unwrap_or(0) % texts.len().max(1);
    let mut done = Vec::new();
    for (at, due_on) in plans::due_days(plan)?.into_iter().enumerate() {
        let draw = draw(&format!("goal {at}"));
        // Most goals are done some days before they are due, a few late or not yet.
        let day = due_on
            .plus_days(10 - i64::from(draw / 100 % 40))
            .max(plan.starts_on);
        if is_active && day <= today && draw % 100 < 90 {
            done.push((at, day));
        }
    }
    Ok(PastPlan {
        career_plan: texts
            .get(pick)
            .filter(|_| has_words)
            .map(|row| row.text.clone()),
        is_active,
        done,
    })
}

/// A number that follows from some words (FNV-1a).
pub fn drawn(words: &[&str]) -> u32 {
    let bytes = words.iter().flat_map(|word| word.bytes().chain([0]));
    let mixed = bytes.fold(0x811c_9dc5_u32, |mixed, byte| {
        (mixed ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    });
    // The last bytes alone hardly move the low digits.
    mixed ^ (mixed >> 15)
}
