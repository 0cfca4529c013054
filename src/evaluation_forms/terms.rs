//! The words of evaluations: what they are for, who writes them, what is scored.

use utoipa::openapi::schema::{Object, ObjectBuilder, Type};

use crate::values::text_enum;

text_enum! {
    /// What an evaluation is for.
    pub enum EvaluationKind {
        /// What a mentor says between the appraisals.
        MentorReview = "MENTOR_REVIEW",
        /// Ordinary appraisal, as a rule by the quarter.
        Ordinary = "ORDINARY",
        /// Annual appraisal.
        Annual = "ANNUAL",
        /// Assessment at the end of probation.
        Probation = "PROBATION",
        /// Review at the end of a year of the programme.
        Phase = "PHASE",
    }
}

text_enum! {
    /// What the writer is to the cadre.
    pub enum EvaluatorRelation {
        /// The political mentor.
        PoliticalMentor = "POLITICAL_MENTOR",
        /// The professional mentor.
        ProfessionalMentor = "PROFESSIONAL_MENTOR",
        /// The unit.
        Unit = "UNIT",
        /// The unit that hosts the cadre on a long secondment, in the place of the cadre's own (R13).
        HostUnit = "HOST_UNIT",
        /// The cadre.
        Self_ = "SELF",
    }
}

impl EvaluatorRelation {
    /// Whoever writes for a unit.
    pub const OF_UNIT: [Self; 2] = [Self::Unit, Self::HostUnit];

    /// The role of the pair that makes the writer a mentor; none for the unit and the cadre.
    pub const fn role(self) -> Option<&'static str> {
        match self {
            Self::PoliticalMentor => Some("POLITICAL"),
            Self::ProfessionalMentor => Some("PROFESSIONAL"),
            Self::Unit | Self::HostUnit | Self::Self_ => None,
        }
    }

    /// Whether a unit writes: the cadre's own, or the host in its place.
    pub const fn is_of_unit(self) -> bool {
        matches!(self, Self::Unit | Self::HostUnit)
    }
}

impl EvaluationKind {
    /// Who rates in an evaluation of this kind.
    pub const fn raters(self) -> &'static [EvaluatorRelation] {
        use EvaluatorRelation::{HostUnit, PoliticalMentor, ProfessionalMentor, Self_, Unit};
        match self {
            Self::MentorReview => &[PoliticalMentor, ProfessionalMentor],
            Self::Ordinary | Self::Phase => EvaluatorRelation::ALL,
            Self::Annual | Self::Probation => &[Unit, HostUnit, Self_],
        }
    }

    /// Whether the five dimensions of the annual appraisal may be scored beside the programme's four, or in their place.
    pub const fn has_appraisal(self) -> bool {
        matches!(self, Self::Annual | Self::Probation)
    }

    /// Whether this is scored in an evaluation of the kind.
    pub const fn scores(self, dimension: Dimension) -> bool {
        dimension.is_observation() || self.has_appraisal()
    }
}

text_enum! {
    /// What is scored.
    pub enum Dimension {
        /// Attitude to duty as seen in work.
        StateOfMind = "STATE_OF_MIND",
        /// What was done and how well.
        WorkPerformance = "WORK_PERFORMANCE",
        /// Whether person and post fit.
        PostFit = "POST_FIT",
        /// What the person is able to do.
        Competence = "COMPETENCE",
        /// 德: integrity and political quality.
        Virtue = "VIRTUE",
        /// 能: ability.
        Ability = "ABILITY",
        /// 勤: diligence.
        Diligence = "DILIGENCE",
        /// 绩: achievement.
        Achievement = "ACHIEVEMENT",
        /// 廉: probity.
        Probity = "PROBITY",
    }
}

impl Dimension {
    /// Whether it is one of the programme's four, not of the five of the annual appraisal.
    pub const fn is_observation(self) -> bool {
        matches!(
            self,
            Self::StateOfMind | Self::WorkPerformance | Self::PostFit | Self::Competence
        )
    }
}

/// A kind in the document: more kinds will come.
pub fn kind_schema() -> Object {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .min_length(Some(1))
        .max_length(Some(32))
        .description(Some(
            "What the evaluation is for, a code of the code set `evaluation-kind`; more will come.",
        ))
        .examples([serde_json::Value::from("ORDINARY")])
        .extensions(Some(
            utoipa::openapi::extensions::Extensions::builder()
                .add("x-code-set", "evaluation-kind")
                .build(),
        ))
        .build()
}
