//! What callers ask of a growth file.

use deserr::Deserr;
use utoipa::IntoParams;

use crate::error::FieldErrors;
use crate::http::{OneOf, Whole};
use crate::values::{Date, text_enum};

text_enum! {
    /// A part of the file.
    pub enum Section {
        /// The person.
        Person = "person",
        /// The year of the programme.
        Phase = "phase",
        /// The plan of the year.
        Plan = "plan",
        /// Mentors, now and before.
        Mentors = "mentors",
        /// Growth entries.
        Entries = "entries",
        /// Evaluations, and their scores as series.
        Evaluations = "evaluations",
        /// Talks and guidance.
        Sessions = "sessions",
        /// Training.
        Training = "training",
        /// Postings.
        Postings = "postings",
        /// Decisions.
        Decisions = "decisions",
        /// How complete the file is.
        Completeness = "completeness",
    }
}

/// Which parts of the file, from when, and how much of them.
#[derive(Debug, Clone, Default, Deserr, IntoParams)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct GrowthFileQuery {
    /// Parts to send; all when left out.
    #[deserr(default)]
    #[param(required = false, inline)]
    pub sections: Option<OneOf<Section>>,
    /// Leaves out what ended before this day; the person, the phase and the completeness stay as they are.
    #[deserr(default)]
    #[param(required = false, inline)]
    pub since: Option<Date>,
    /// Entries and evaluations at most, the newest of each.
    #[deserr(default)]
    #[param(required = false, inline)]
    pub limit: Option<Whole<1, 1000>>,
}

/// Most entries and evaluations of a file.
pub const MOST: i64 = 1000;

impl GrowthFileQuery {
    /// Whether a part is asked for.
    pub fn wants(&self, section: Section) -> bool {
        let chosen = self.sections.as_ref();
        chosen.is_none_or(|chosen| chosen.0.contains(&section))
    }

    /// Entries and evaluations at most.
    pub fn limit(&self) -> i64 {
        self.limit.map_or(MOST, |limit| i64::from(limit.0))
    }
}
