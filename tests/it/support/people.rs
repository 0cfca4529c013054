//! Cadres, mentors and accounts of the standard city, inserted directly where a test is about something else.

use diesel::prelude::*;
use xinmiao::db::Id;
use xinmiao::db::schema::{cadre_posts, cadres, mentors, users};
use xinmiao::values::Date;

use super::app::TestApp;
use super::city::Unit;

/// The day on which every inserted cadre reported.
pub const REPORTED_ON: &str = "2022-08-26";

/// What a test may want of a mentor.
#[derive(Debug, Clone, Copy)]
pub struct MentorSeed {
    /// Qualified as a political mentor.
    pub political: bool,
    /// Qualified as a professional mentor.
    pub professional: bool,
    /// Political status, GB/T 4762.
    pub political_status: &'static str,
    /// Seats.
    pub max_mentees: i32,
    /// Status.
    pub status: &'static str,
}

impl Default for MentorSeed {
    /// An appointed member of the party with two seats, qualified for both roles.
    fn default() -> Self {
        Self {
            political: true,
            professional: true,
            political_status: "01",
            max_mentees: 2,
            status: "APPOINTED",
        }
    }
}

impl TestApp {
    /// An active cadre of a unit.
    pub fn insert_cadre(&self, unit: &Unit) -> Id {
        self.insert_cadre_as(self.id(), unit)
    }

    /// An active cadre of a unit, with an id of the test's choice.
    pub fn insert_cadre_as(&self, id: Id, unit: &Unit) -> Id {
        let reported_on = Date::parse(REPORTED_ON).unwrap();
        let mut conn = self.db();
        diesel::insert_into(cadres::table)
            .values((
                (
                    cadres::id.eq(id),
                    cadres::version.eq(1_i64),
                    cadres::created_at.eq(self.now()),
                    cadres::updated_at.eq(self.now()),
                ),
                cadres::name.eq("赵小苗"),
                cadres::organization_id.eq(unit.id),
                cadres::post_title.eq("一级科员"),
                cadres::post_category.eq("GRASSROOTS"),
                cadres::reported_on.eq(reported_on),
                cadres::status.eq("ACTIVE"),
                cadres::mentoring.eq("NONE"),
                cadres::external_ids.eq("{}"),
            ))
            .execute(&mut conn)
            .unwrap();
        diesel::insert_into(cadre_posts::table)
            .values((
                cadre_posts::cadre_id.eq(id),
                cadre_posts::starts_on.eq(reported_on),
                cadre_posts::organization_id.eq(unit.id),
            ))
            .execute(&mut conn)
            .unwrap();
        id
    }

    /// A mentor of a unit.
    pub fn insert_mentor(&self, unit: &Unit, seed: MentorSeed) -> Id {
        self.insert_mentor_as(self.id(), unit, seed)
    }

    /// A mentor of a unit, with an id of the test's choice.
    pub fn insert_mentor_as(&self, id: Id, unit: &Unit, seed: MentorSeed) -> Id {
        diesel::insert_into(mentors::table)
            .values((
                (
                    mentors::id.eq(id),
                    mentors::version.eq(1_i64),
                    mentors::created_at.eq(self.now()),
                    mentors::updated_at.eq(self.now()),
                ),
                mentors::name.eq("钱大树"),
                mentors::political_status.eq(seed.political_status),
                mentors::organization_id.eq(unit.id),
                mentors::post_title.eq("副镇长"),
                mentors::political.eq(seed.political),
                mentors::professional.eq(seed.professional),
                mentors::expertise.eq("[]"),
                mentors::max_mentees.eq(seed.max_mentees),
                mentors::active_mentees.eq(0),
                mentors::status.eq(seed.status),
                mentors::appointed_on.eq(Date::parse("2020-08-01").unwrap()),
                mentors::external_ids.eq("{}"),
            ))
            .execute(&mut self.db())
            .unwrap();
        id
    }

    /// An account that links a mentor and a cadre as one person; it cannot sign in.
    pub fn insert_user(&self, mentor_id: Option<Id>, cadre_id: Option<Id>) -> Id {
        let id = self.id();
        diesel::insert_into(users::table)
            .values((
                users::id.eq(id),
                users::version.eq(1_i64),
                users::created_at.eq(self.now()),
                users::updated_at.eq(self.now()),
                users::username.eq(id.to_string()),
                users::display_name.eq("孙一人"),
                users::mentor_id.eq(mentor_id),
                users::cadre_id.eq(cadre_id),
                users::disabled.eq(false),
            ))
            .execute(&mut self.db())
            .unwrap();
        id
    }
}
