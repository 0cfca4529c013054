//! The keys that code asks for.

/// Declares keys of one type of value with rule, key and unit of their rows.
macro_rules! keys {
    ($(#[$meta:meta])* $name:ident { $($(#[$key_meta:meta])* $key:ident = $rule:literal $text:literal $unit:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name { $($(#[$key_meta])* $key,)+ }

        impl $name {
            /// Every key, in the order of declaration.
            pub const ALL: &'static [Self] = &[$(Self::$key,)+];
            const ROWS: &'static [(&'static str, &'static str, &'static str)] = &[$(($rule, $text, $unit),)+];

            /// Rule and key as they stand in the file.
            pub const fn name(self) -> (&'static str, &'static str) {
                match self { $(Self::$key => ($rule, $text),)+ }
            }
        }
    };
}

keys! {
    /// Figures.
    Number {
        /// R01: length of probation.
        ProbationMonths = "R01" "probation_months" "months",
        /// R02: days of sick and personal leave in probation beyond which it is extended.
        LeaveWorkingDays = "R02" "leave_working_days" "working-days",
        /// R02: latest end of an extension for leave, from the reporting date.
        MaxExtensionMonths = "R02" "max_extension_months" "months",
        /// R04: days of induction training within probation.
        InductionDays = "R04" "induction_days" "days",
        /// R11: highest share of the annual grade excellent.
        ExcellentSharePercent = "R11" "excellent_share_percent" "percent",
        /// R11: graded evaluations from which the share is judged.
        ExcellentShareMinimumGraded = "R11" "minimum_graded" "evaluations",
        /// R12: share of the year on leave beyond which there is no annual appraisal.
        LeaveYearPercent = "R12" "leave_year_percent" "percent",
        /// R13: days of a secondment from which the host unit appraises.
        SecondmentDays = "R13" "secondment_days" "days",
        /// R13: share of a period that the secondment covers at least.
        SecondmentCoveredPercent = "R13" "covered_percent" "percent",
        /// R14: highest share of the ordinary grade good.
        GoodSharePercent = "R14" "good_share_percent" "percent",
        /// R14: graded evaluations from which the share is judged.
        GoodShareMinimumGraded = "R14" "minimum_graded" "evaluations",
        /// R22: hours of training in a calendar year.
        TrainingAnnualHours = "R22" "annual_hours" "hours",
        /// R22: months of leave from which its days do not count.
        TrainingLeaveMonths = "R22" "leave_months" "months",
        /// Days from the end of a posting in which the host's side still sees it, and the person as a guest.
        PostingGuestDays = "POSTING" "guest_days" "days",
        /// The same of a secondment that the host appraises, unless what it wrote is confirmed before.
        PostingAppraisedGuestDays = "POSTING" "appraised_guest_days" "days",
        /// Days before its last one on which a posting is reminded of.
        PostingReminderDays = "POSTING" "reminder_days" "days",
        /// R24: talks that are HEART_TO_HEART in a year.
        HeartToHeartPerYear = "R24" "heart_to_heart_per_year" "sessions",
        /// From one talk with the political mentor to the next, in the first year.
        PoliticalSeedlingInterval = "SESSION" "political_seedling_months" "months",
        /// The same in the second year.
        PoliticalNurturingInterval = "SESSION" "political_nurturing_months" "months",
        /// The same in the third year.
        PoliticalStrengtheningInterval = "SESSION" "political_strengthening_months" "months",
        /// From one talk with the professional mentor to the next, in the first year.
        ProfessionalSeedlingInterval = "SESSION" "professional_seedling_months" "months",
        /// The same in the second year.
        ProfessionalNurturingInterval = "SESSION" "professional_nurturing_months" "months",
        /// The same in the third year.
        ProfessionalStrengtheningInterval = "SESSION" "professional_strengthening_months" "months",
        /// Days after the end of a pair in which its talks may still be recorded.
        SessionRecordedDays = "SESSION" "recorded_days_after_assignment_end" "days",
        /// Hours in which another may agree to open a confidential talk, and then in which both read it.
        SessionRevealHours = "SESSION" "reveal_hours" "hours",
        /// R30: length of a phase.
        PhaseMonths = "R30" "phase_months" "months",
        /// R30: phases before graduation.
        PhaseCount = "R30" "phase_count" "phases",
        /// Days before the end of a plan from which its gate is open.
        GateOpensDays = "GATE" "opens_days_before_end" "days",
        /// Days in which a decision at the gate may be reversed.
        GateReversalDays = "GATE" "reversal_days" "days",
        /// Longest extension at the gate, from the last day of the phase.
        GateExtensionMonths = "GATE" "extension_months" "months",
        /// Days after a decision at the gate in which the cadre may object.
        GateObjectionDays = "GATE" "objection_days" "days",
        /// Days in which an active pair may be cancelled as entered in error.
        EnteredInErrorDays = "ASSIGNMENT" "entered_in_error_days" "days",
        /// Days after the end of a pair in which its mentor may still hand in a form.
        FormAcceptedDaysAfterAssignmentEnd = "EVALUATION" "form_accepted_days_after_assignment_end" "days",
        /// Days after confirmation in which the cadre may object.
        ObjectionDays = "EVALUATION" "objection_days" "days",
    }
}

keys! {
    /// Lists of words.
    Words {
        /// R02: reasons that extend probation without limit.
        UnlimitedExtensionReasons = "R02" "unlimited_extension_reasons" "codes",
        /// R05: arrangements in which a cadre on probation is sent to no other unit.
        ProbationBarredArrangements = "R05" "barred_arrangements" "posting-arrangement",
        /// R09: grades of the annual appraisal.
        AnnualGrades = "R09" "annual_grades" "annual-grade",
        /// R10: the annual results of a cadre on probation.
        ProbationGrade = "R10" "probation_grade" "annual-grade",
        /// R17: kinship that bars mentor and cadre from one pair.
        PairAvoidanceClasses = "R17" "avoidance_classes" "avoidance-class",
        /// R03: results of the assessment at the end of probation with which the first year is passed.
        PassingProbationResults = "R03" "passing_results" "probation-result",
        /// R18: kinship that bars from evaluating and confirming.
        EvaluationAvoidanceClasses = "R18" "avoidance_classes" "avoidance-class",
        /// R29: political status that a political mentor has.
        PoliticalMentorStatuses = "R29" "political_mentor_statuses" "political-status",
    }
}

keys! {
    /// What is so or not.
    Flag {
        /// R18: who confirms is not who evaluated.
        ConfirmerDiffersFromEvaluator = "R18" "confirmer_differs_from_evaluator" "boolean",
    }
}

/// Rule, key and unit of every key.
pub fn all() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    [Number::ROWS, Words::ROWS, Flag::ROWS]
        .into_iter()
        .flatten()
        .copied()
}
