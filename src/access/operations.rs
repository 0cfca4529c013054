//! Which permission each operation requires, for the published document.
//!
//! What decides is the guard in the handler's signature; `tests/it/openapi.rs` holds the two together and prints the rows
//! that are missing.

use super::permissions::Permission;

/// The permission of every operation that asks for one, by operationId, sorted.
pub const OPERATIONS: &[(&str, Permission)] = &[
    ("appoint_mentor", Permission::MentorsAppoint),
    ("create_absence", Permission::CadresWrite),
    ("create_cadre", Permission::CadresWrite),
    ("create_kinship", Permission::KinshipsDeclare),
    ("create_mentor", Permission::MentorsWrite),
    ("create_organization", Permission::OrganizationsWrite),
    ("delete_absence", Permission::CadresWrite),
    ("delete_cadre", Permission::CadresWrite),
    ("delete_kinship", Permission::KinshipsDeclare),
    ("delete_mentor", Permission::MentorsWrite),
    ("delete_organization", Permission::OrganizationsWrite),
    ("extend_cadre", Permission::CadresWrite),
    ("get_absence", Permission::CadresWrite),
    ("get_cadre", Permission::CadresRead),
    ("get_cadre_by_external_id", Permission::CadresWrite),
    ("get_cadre_career", Permission::CadresRead),
    ("get_kinship", Permission::KinshipsDeclare),
    ("get_mentor", Permission::MentorsRead),
    ("get_mentor_by_external_id", Permission::MentorsRead),
    ("get_organization", Permission::OrganizationsRead),
    (
        "get_organization_by_external_id",
        Permission::OrganizationsRead,
    ),
    ("graduate_cadre", Permission::CadresWrite),
    ("leave_cadre", Permission::CadresWrite),
    ("list_absences", Permission::CadresWrite),
    ("list_cadres", Permission::CadresRead),
    ("list_journal", Permission::JournalRead),
    ("list_kinships", Permission::KinshipsDeclare),
    ("list_mentors", Permission::MentorsRead),
    ("list_organizations", Permission::OrganizationsRead),
    ("merge_organization", Permission::OrganizationsWrite),
    ("move_organization", Permission::OrganizationsWrite),
    ("put_cadre_by_external_id", Permission::CadresWrite),
    ("put_mentor_by_external_id", Permission::MentorsWrite),
    (
        "put_organization_by_external_id",
        Permission::OrganizationsWrite,
    ),
    ("reinstate_cadre", Permission::CadresWrite),
    ("reinstate_mentor", Permission::MentorsAppoint),
    ("rename_organization", Permission::OrganizationsWrite),
    ("resume_cadre", Permission::CadresWrite),
    ("retire_mentor", Permission::MentorsAppoint),
    ("search_cadres", Permission::CadresRead),
    ("suspend_cadre", Permission::CadresWrite),
    ("suspend_mentor", Permission::MentorsAppoint),
    ("transfer_cadre", Permission::CadresWrite),
    ("transfer_mentor", Permission::MentorsWrite),
    ("update_absence", Permission::CadresWrite),
    ("update_cadre", Permission::CadresWrite),
    ("update_mentor", Permission::MentorsWrite),
    ("update_organization", Permission::OrganizationsWrite),
];

/// The permission of an operation; none for those that everyone may call.
pub fn permission_of(operation_id: &str) -> Option<Permission> {
    OPERATIONS
        .iter()
        .find(|(known, _)| *known == operation_id)
        .map(|(_, permission)| *permission)
}
