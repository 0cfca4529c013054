//! THE role → permission table (contract §3). Everything that decides who may do what reads it here.

use super::actor::Role;
use super::actor::Role::{
    Administrator, Analyst, Auditor, Cadre, CareOfficer, Mentor, ProgrammeManager, UnitOfficer,
};

/// How far a role carries a permission.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Over {
    /// Everywhere.
    Everything,
    /// The subtree of the grant.
    Subtree,
    /// What concerns the mentees of the mentor the caller is, and that mentor.
    Mentees,
    /// Their own mentees, and nothing once they no longer serve as a mentor.
    MenteesInService,
    /// What concerns the cadre the caller is.
    OwnRecord,
    /// The caller's own account and nothing else.
    Account,
}

/// One row of the table.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// The permission.
    pub permission: Permission,
    /// Roles that have it, and over what.
    pub roles: &'static [(Role, Over)],
    /// The scope by which a client has it, over the client's subtree.
    pub scope: Option<&'static str>,
    /// Whether a client with the scope has it everywhere.
    pub client_everywhere: bool,
}

macro_rules! permissions {
    ($($(#[$meta:meta])* $name:ident: [$($role:ident over $over:ident),* $(,)?], $scope:expr $(, $everywhere:ident)?;)+) => {
        /// What an operation requires. Each has one row in [`TABLE`].
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Permission { $($(#[$meta])* $name,)+ }

        /// The table.
        pub const TABLE: &[Rule] = &[$(Rule {
            permission: Permission::$name,
            roles: &[$(($role, Over::$over)),*],
            scope: $scope,
            client_everywhere: permissions!(@everywhere $($everywhere)?),
        },)+];

        impl Permission {
            /// The permission's row.
            pub fn rule(self) -> &'static Rule {
                // The table is written in the order of the enum.
                &TABLE[self as usize]
            }

            /// The permission's name, as the OpenAPI document shows it.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => stringify!($name),)+ }
            }
        }

        /// One type per permission, so that a handler's signature says what it requires.
        pub mod markers {
            /// Names a permission in a handler's signature.
            pub trait Requires: Send + Sync + 'static {
                /// The permission required.
                const PERMISSION: super::Permission;
            }
            $(
                $(#[$meta])*
                #[derive(Debug, Clone, Copy)]
                pub struct $name;

                impl Requires for $name {
                    const PERMISSION: super::Permission = super::Permission::$name;
                }
            )+
        }
    };
    (@everywhere everywhere) => { true };
    (@everywhere) => { false };
}

permissions! {
    /// The caller's own account: sessions, password, `/v1/me`.
    OwnAccount: [Administrator over Account, ProgrammeManager over Account, UnitOfficer over Account, CareOfficer over Account,
        Mentor over Account, Cadre over Account, Analyst over Account, Auditor over Account], None;
    /// The tree of organizations, without counts.
    OrganizationsRead: [Administrator over Everything, ProgrammeManager over Everything, UnitOfficer over Everything,
        CareOfficer over Everything, Mentor over Everything, Cadre over Everything, Analyst over Everything,
        Auditor over Everything], Some("organizations:read"), everywhere;
    /// Counts of an organization's subtree.
    OrganizationsSummary: [ProgrammeManager over Subtree, UnitOfficer over Subtree, Analyst over Subtree], None;
    /// Changes to the tree of organizations.
    OrganizationsWrite: [Administrator over Everything, ProgrammeManager over Subtree], Some("organizations:write");
    /// Cadres and their careers.
    CadresRead: [ProgrammeManager over Subtree, UnitOfficer over Subtree, Mentor over Mentees, Cadre over OwnRecord],
        Some("cadres:read");
    /// Changes to cadres, imports and the verbs of a career.
    CadresWrite: [ProgrammeManager over Subtree, UnitOfficer over Subtree], Some("cadres:write");
    /// Identity number and phone in full; each use is journaled.
    CadresReveal: [ProgrammeManager over Subtree, UnitOfficer over Subtree, Cadre over OwnRecord], Some("identity:reveal");
    /// The growth file of a cadre.
    GrowthFileRead: [ProgrammeManager over Subtree, UnitOfficer over Subtree, Mentor over Mentees, Cadre over OwnRecord],
        Some("cadres:read");
    /// Mentors: of the subtree, oneself, one's own.
    MentorsRead: [ProgrammeManager over Subtree, UnitOfficer over Subtree, Mentor over Mentees, Cadre over OwnRecord],
        Some("mentors:read");
    /// Changes to mentors and imports.
    MentorsWrite: [ProgrammeManager over Subtree, UnitOfficer over Subtree], Some("mentors:write");
    /// Appointment, suspension, reinstatement and retirement of mentors.
    MentorsAppoint: [ProgrammeManager over Subtree], None;
    /// The caller's own mentees.
    MenteesRead: [Mentor over Mentees], None;
    /// Who is paired with whom.
    AssignmentsRead: [ProgrammeManager over Subtree, UnitOfficer over Subtree, Mentor over Mentees, Cadre over OwnRecord],
        Some("assignments:read");
    /// Proposals of pairs.
    AssignmentsPropose: [ProgrammeManager over Subtree, UnitOfficer over Subtree], Some("assignments:write");
    /// Activation, completion and replacement of pairs.
    AssignmentsActivate: [ProgrammeManager over Subtree], None;
    /// Cancellation of pairs; officers only while proposed.
    AssignmentsCancel: [ProgrammeManager over Subtree, UnitOfficer over Subtree], None;
    /// Matching runs: computing them, deciding on them, applying them.
    MatchingRun: [ProgrammeManager over Subtree], None;
    /// Evaluations, each reader within the rules of who reads an evaluation.
    EvaluationsRead: [ProgrammeManager over Subtree, UnitOfficer over Subtree, Mentor over Mentees, Cadre over OwnRecord],
        Some("evaluations:read");
    /// Writing of evaluations: the unit, the mentor, oneself.
    EvaluationsWrite: [ProgrammeManager over Subtree, UnitOfficer over Subtree, Mentor over MenteesInService, Cadre over OwnRecord],
        Some("evaluations:write");
    /// Confirmation and return of evaluations, and answers to objections.
    EvaluationsConfirm: [ProgrammeManager over Subtree], None;
    /// Receipt of an evaluation by the person evaluated, and objection to it.
    EvaluationsAcknowledge: [Cadre over OwnRecord], None;
    /// Evaluation forms; drafts only for those who write them.
    EvaluationFormsRead: [ProgrammeManager over Everything, UnitOfficer over Everything, CareOfficer over Everything,
        Mentor over Everything, Cadre over Everything, Analyst over Everything], Some("evaluations:read"), everywhere;
    /// Changes to evaluation forms, by those who reach the whole city.
    EvaluationFormsWrite: [ProgrammeManager over Subtree], None;
    /// Rounds of evaluation, of the subtree and of all above it, and how far its raters have come.
    EvaluationRoundsRead: [ProgrammeManager over Subtree, UnitOfficer over Subtree], Some("evaluations:read");
    /// Planning, opening and closing of rounds.
    EvaluationRoundsWrite: [ProgrammeManager over Subtree], None;
    /// Forms that rounds issued: about cadres of the subtree, or one's own to write.
    RaterFormsRead: [ProgrammeManager over Subtree, UnitOfficer over Subtree, Mentor over Mentees, Cadre over OwnRecord],
        Some("evaluations:read");
    /// Phase templates; drafts only for those who write them.
    PhaseTemplatesRead: [ProgrammeManager over Everything, UnitOfficer over Everything, CareOfficer over Everything,
        Mentor over Everything, Cadre over Everything, Analyst over Everything], Some("plans:read"), everywhere;
    /// Changes to phase templates: of a county's by its managers, of the city's by those who reach all there is.
    PhaseTemplatesWrite: [ProgrammeManager over Subtree], None;
    /// Plans: of the subtree, of mentees, one's own.
    PlansRead: [ProgrammeManager over Subtree, UnitOfficer over Subtree, Mentor over Mentees, Cadre over OwnRecord],
        Some("plans:read");
    /// What is written in plans: by the unit, by mentors, by the cadre.
    PlansWrite: [ProgrammeManager over Subtree, UnitOfficer over Subtree, Mentor over MenteesInService, Cadre over OwnRecord], None;
    /// What speaks for passing the gate of a plan, and what is decided there.
    PlansGate: [ProgrammeManager over Subtree], None;
    /// Objection of the person to what was decided at the gate.
    PlansObject: [Cadre over OwnRecord], None;
    /// Plans put into effect.
    PlansActivate: [ProgrammeManager over Subtree, UnitOfficer over Subtree], None;
    /// Training: events that are open to the caller's units or hosted there, and who takes part, with their hours.
    TrainingRead: [ProgrammeManager over Subtree, UnitOfficer over Subtree, Mentor over Mentees, Cadre over OwnRecord],
        Some("training:read");
    /// Training events, by their host: planning, attendance, sums of what those who took part think.
    TrainingWrite: [ProgrammeManager over Subtree, UnitOfficer over Subtree], Some("training:write");
    /// Enrolment of cadres in training events.
    TrainingEnrol: [ProgrammeManager over Subtree, UnitOfficer over Subtree], Some("training:write");
    /// What the person thinks of a training event that they took part in.
    TrainingFeedback: [Cadre over OwnRecord], None;
    /// Postings: of those whom the subtree sends, of its hosts, of mentees and those whom the mentor leads, one's own.
    PostingsRead: [ProgrammeManager over Subtree, UnitOfficer over Subtree, Mentor over Mentees, Cadre over OwnRecord],
        Some("postings:read");
    /// Postings, by the side that sends.
    PostingsWrite: [ProgrammeManager over Subtree, UnitOfficer over Subtree], Some("postings:write");
    /// What came of a posting, by the side that sends and by the host.
    PostingsFinish: [ProgrammeManager over Subtree, UnitOfficer over Subtree], Some("postings:write");
    /// Talks of pairs: that they were held, and what was said where it is not confidential; of one's own pairs all.
    SessionsRead: [ProgrammeManager over Subtree, UnitOfficer over Subtree, Mentor over Mentees, Cadre over OwnRecord],
        Some("mentoring-sessions:read");
    /// Recording of talks and of what was done, by the pair, also when the mentor serves no longer.
    SessionsWrite: [Mentor over Mentees, Cadre over OwnRecord], None;
    /// Opening of a confidential talk, by two.
    SessionsReveal: [ProgrammeManager over Subtree, UnitOfficer over Subtree], None;
    /// Growth entries.
    GrowthRead: [ProgrammeManager over Subtree, UnitOfficer over Subtree, Mentor over Mentees, Cadre over OwnRecord],
        Some("growth:read");
    /// Writing of growth entries.
    GrowthWrite: [ProgrammeManager over Subtree, UnitOfficer over Subtree, Mentor over MenteesInService, Cadre over OwnRecord],
        Some("growth:write");
    /// Verification of growth entries that others wrote.
    GrowthVerify: [ProgrammeManager over Subtree, UnitOfficer over Subtree, Mentor over MenteesInService], None;
    /// Dispute of growth entries that others wrote about oneself.
    GrowthDispute: [Cadre over OwnRecord], None;
    /// Declarations of kinship: of the subtree, or by the persons themselves.
    KinshipsDeclare: [ProgrammeManager over Subtree, UnitOfficer over Subtree, Mentor over MenteesInService, Cadre over OwnRecord], None;
    /// The journal.
    JournalRead: [Auditor over Everything, ProgrammeManager over Subtree], None;
    /// Users and their grants.
    UsersManage: [Administrator over Everything], None;
    /// Invitations of mentors and cadres.
    UsersInvite: [Administrator over Everything, ProgrammeManager over Subtree, UnitOfficer over Subtree], None;
    /// Clients of other systems.
    ClientsManage: [Administrator over Everything], None;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_permission_finds_its_own_row() {
        for rule in TABLE {
            assert_eq!(rule.permission.rule().permission, rule.permission);
        }
    }
}
