//! Whose file a caller reaches, as a condition on the rows of a file.

/// The ways in which a caller reaches a row of a cadre's file: its unit, in one of these columns, is among theirs; the cadre is a present
/// mentee of theirs, or they themselves. `any_of` makes a condition of them.
macro_rules! ways_to_file {
    ($source:ty, $reach:expr, $organizations:expr, $cadre_id:expr, $($organization_id:expr),+ $(,)?) => {{
        let reach: &crate::access::Reach = $reach;
        let organizations: &crate::organizations::ReachedOrganizations = $organizations;
        let mut ways: Vec<crate::db::Condition<$source>> = Vec::new();
        if !organizations.is_empty() {
            ways.push(crate::organizations::within_organizations!(
                $source,
                organizations,
                $($organization_id),+
            ));
        }
        if let Some(mentor_id) = reach.mentees_of {
            let mentees = crate::db::schema::cadres::table
                .filter(
                    crate::db::schema::cadres::political_mentor_id
                        .eq(mentor_id)
                        .or(crate::db::schema::cadres::professional_mentor_id.eq(mentor_id)),
                )
                .select(crate::db::schema::cadres::id);
            ways.push(Box::new($cadre_id.eq_any(mentees)));
        }
        if let Some(id) = reach.cadre_id {
            ways.push(Box::new($cadre_id.eq(id)));
        }
        ways
    }};
}

pub(crate) use ways_to_file;
