//! Which grants a person may hold together, and which a caller may give.

use super::model::{User, UserGrant};
use crate::access::Role;
use crate::context::Context;
use crate::db::Id;
use crate::error::{Error, Fault, FieldErrors, Result};

/// Most grants of one person.
pub const MAX_GRANTS: usize = 32;

/// Whether a role means something only within an organization's subtree.
pub const fn needs_place(role: Role) -> bool {
    match role {
        Role::ProgrammeManager | Role::UnitOfficer | Role::CareOfficer | Role::Analyst => true,
        Role::Administrator | Role::Auditor | Role::Mentor | Role::Cadre => false,
    }
}

/// Whether a role stands alone: who keeps accounts or reads the journal does nothing else.
pub const fn is_exclusive(role: Role) -> bool {
    matches!(role, Role::Administrator | Role::Auditor)
}

/// Notes grants that do not go together: an exclusive role beside another, or one grant twice.
pub fn check_together(grants: &[UserGrant], errors: &mut FieldErrors) {
    let exclusive = grants.iter().any(|grant| is_exclusive(grant.role));
    let roles_differ = grants.windows(2).any(|pair| pair[0].role != pair[1].role);
    if exclusive && roles_differ {
        errors.push("/grants", Fault::new("roles-exclusive"));
    }
    for (place, grant) in grants.iter().enumerate() {
        let is_repeated = grants[..place].iter().any(|before| {
            before.role == grant.role && before.organization_id == grant.organization_id
        });
        if is_repeated {
            errors.push(format!("/grants/{place}"), Fault::new("not-unique"));
        }
    }
}

/// Attempts to use an activation code without the proof of who uses it; then only an administrator opens the account. Few,
/// because whoever handed the code over may know most of the proof.
pub const MAX_ACTIVATION_FAILURES: i32 = 3;

/// Whether whoever invites may give another code: not once the person chose a password or an administrator reset the account,
/// or the code could open an account that somebody else lost.
pub fn is_invited_again(row: &User) -> bool {
    row.activated_at.is_none()
        && row.reset_at.is_none()
        && row.password_hash.is_none()
        && row.activation_failures < MAX_ACTIVATION_FAILURES
}

/// Nobody grants anything to themselves, closes or resets their own account.
///
/// # Errors
/// `Forbidden`.
pub fn check_not_self(context: &Context, user_id: Id) -> Result<()> {
    if context.actor.id() == Some(user_id) {
        Err(Error::Forbidden(None))
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grant(role: Role, unit: Option<u128>) -> UserGrant {
        UserGrant {
            user_id: Id(uuid::Uuid::from_u128(1)),
            position: 0,
            role,
            organization_id: unit.map(|n| Id(uuid::Uuid::from_u128(n))),
            valid_until: None,
        }
    }

    fn judged(grants: &[UserGrant]) -> Vec<(String, &'static str)> {
        let mut errors = FieldErrors::default();
        check_together(grants, &mut errors);
        let entry = |error: crate::error::FieldError| (error.pointer, error.fault.code);
        errors.into_iter().map(entry).collect()
    }

    #[test]
    fn administrators_and_auditors_combine_with_nothing() {
        for alone in [Role::Administrator, Role::Auditor] {
            assert!(judged(&[grant(alone, None)]).is_empty());
            for other in Role::ALL.iter().filter(|other| **other != alone) {
                let both = [grant(*other, Some(7)), grant(alone, None)];
                assert_eq!(judged(&both), [("/grants".to_owned(), "roles-exclusive")]);
            }
        }
    }

    #[test]
    fn other_roles_combine_and_none_stands_twice() {
        let village_secretary = [
            grant(Role::Mentor, None),
            grant(Role::UnitOfficer, Some(7)),
            grant(Role::UnitOfficer, Some(8)),
        ];
        assert!(judged(&village_secretary).is_empty());
        let twice = [grant(Role::Mentor, None), grant(Role::Mentor, None)];
        assert_eq!(judged(&twice), [("/grants/1".to_owned(), "not-unique")]);
    }
}
