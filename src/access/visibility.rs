//! Which members of a person's record a caller sees: the member tables of contract §3, as data.

use super::actor::Role;

/// How a caller sees a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Visibility {
    /// In full.
    Shown,
    /// Masked; in full only by `reveal`.
    Masked,
    /// Not sent at all.
    Absent,
}

/// As whom a caller looks at a cadre whose row is visible to them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CadreViewer {
    /// A unit the person has left: name and present status.
    FormerOrganization,
    /// The host of a posting, and the mentor who leads there: whom they work with.
    Guest,
    /// One of the two mentors.
    OwnMentor,
    /// Manager, officer or client of the person's unit.
    Staff,
    /// The person.
    Subject,
}

/// Members of a cadre that are not shown to everyone who sees the row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CadreMember {
    /// Name and status: all that a former unit keeps.
    Identity,
    /// Post, phase, and the mentors' names: what a host works with, too.
    Placement,
    /// Unit, rank, mentors, school, major and what else the programme works with.
    Programme,
    /// `phone`.
    Phone,
    /// `sex`, `birthDate`, education, `politicalStatus`.
    Personal,
    /// `ethnicity`, `nativePlace`, `householdRegistration`.
    Origin,
    /// `identityNumber`.
    IdentityNumber,
}

/// THE table: a member of a cadre, seen by a former unit, a host, an own mentor, staff and the person.
pub const CADRE_MEMBERS: &[(CadreMember, [Visibility; 5])] = {
    use Visibility::{Absent, Masked, Shown};
    &[
        (CadreMember::Identity, [Shown, Shown, Shown, Shown, Shown]),
        (CadreMember::Placement, [Absent, Shown, Shown, Shown, Shown]),
        (
            CadreMember::Programme,
            [Absent, Absent, Shown, Shown, Shown],
        ),
        (CadreMember::Phone, [Absent, Absent, Shown, Masked, Shown]),
        (CadreMember::Personal, [Absent, Absent, Shown, Shown, Shown]),
        (CadreMember::Origin, [Absent, Absent, Absent, Shown, Shown]),
        (
            CadreMember::IdentityNumber,
            [Absent, Absent, Absent, Masked, Masked],
        ),
    ]
};

/// How `viewer` sees `member`; what no row names is not shown.
pub fn cadre_visibility(viewer: CadreViewer, member: CadreMember) -> Visibility {
    CADRE_MEMBERS
        .iter()
        .find(|(row, _)| *row == member)
        .map_or(Visibility::Absent, |(_, visibilities)| {
            visibilities[viewer as usize]
        })
}

/// As whom a caller looks at a mentor whose row is visible to them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum MentorViewer {
    /// An officer of another unit of the county, or anywhere below the city the organ belongs to, who looks for a mentor.
    Neighbour,
    /// A cadre, at one of their own mentors.
    OwnMentee,
    /// Manager, officer or client of the mentor's unit.
    Staff,
    /// The mentor.
    Subject,
}

/// Members of a mentor that are not shown alike to everyone who sees the row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MentorMember {
    /// Name, unit, post, level, roles, expertise, seats, status, days of appointment and leave, ids in other systems.
    Programme,
    /// `sex`, `politicalStatus`: who looks for a mentor needs them, as a political mentor is a member of the party (R29).
    Personal,
    /// `phone`: for those who work with the mentor, not for those who look for one.
    Phone,
}

/// THE table: a member of a mentor, seen by a neighbour, an own mentee, staff and the mentor.
pub const MENTOR_MEMBERS: &[(MentorMember, [Visibility; 4])] = {
    use Visibility::{Absent, Shown};
    &[
        (MentorMember::Programme, [Shown, Shown, Shown, Shown]),
        (MentorMember::Personal, [Shown, Shown, Shown, Shown]),
        (MentorMember::Phone, [Absent, Shown, Shown, Shown]),
    ]
};

/// How `viewer` sees `member`; what no row names is not shown.
pub fn mentor_visibility(viewer: MentorViewer, member: MentorMember) -> Visibility {
    MENTOR_MEMBERS
        .iter()
        .find(|(row, _)| *row == member)
        .map_or(Visibility::Absent, |(_, visibilities)| {
            visibilities[viewer as usize]
        })
}

/// The role that also sees the appointed mentors around its units.
pub const NEIGHBOUR: Role = Role::UnitOfficer;

/// Roles that look at people as staff of a unit.
pub const STAFF: &[Role] = &[Role::ProgrammeManager, Role::UnitOfficer];
