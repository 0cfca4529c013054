//! Queries for many cadres at once.

use std::collections::HashMap;

use diesel::prelude::*;

use super::model::Cadre;
use crate::db::schema::{cadre_identities, cadre_posts, cadres};
use crate::db::{DbConn, Id, ROWS_PER_STATEMENT, on_backend};
use crate::error::Result;
use crate::external_ids::Kind;
use crate::search::{self, Named};
use crate::values::{Date, PartialDate};

/// The rows with these ids.
///
/// # Errors
/// When the database refuses.
pub fn find_many(conn: &mut DbConn, ids: &[Id]) -> Result<HashMap<Id, Cadre>> {
    let mut found = HashMap::with_capacity(ids.len());
    for ids in ids.chunks(ROWS_PER_STATEMENT) {
        let rows: Vec<Cadre> = cadres::table
            .filter(cadres::id.eq_any(ids))
            .select(Cadre::as_select())
            .load(conn)?;
        found.extend(rows.into_iter().map(|row| (row.id, row)));
    }
    Ok(found)
}

/// Whose identity numbers have these digests, and whether each is the person's present one.
///
/// # Errors
/// When the database refuses.
pub fn identity_holders(
    conn: &mut DbConn,
    digests: &[&Vec<u8>],
) -> Result<HashMap<Vec<u8>, (Id, bool)>> {
    let mut found = HashMap::with_capacity(digests.len());
    for digests in digests.chunks(ROWS_PER_STATEMENT) {
        let rows: Vec<(Vec<u8>, Id, bool)> = cadre_identities::table
            .filter(cadre_identities::digest.eq_any(digests.iter().copied()))
            .select((
                cadre_identities::digest,
                cadre_identities::cadre_id,
                cadre_identities::present,
            ))
            .load(conn)?;
        found.extend(
            rows.into_iter()
                .map(|(digest, id, present)| (digest, (id, present))),
        );
    }
    Ok(found)
}

/// A cadre of some name: the name, the unit and the date of birth.
pub type Namesake = (String, Id, Option<PartialDate>);

/// The cadres who bear these names, however their dots and width are written.
///
/// # Errors
/// When the database refuses.
pub fn namesakes(conn: &mut DbConn, names: &[&str]) -> Result<Vec<Namesake>> {
    let ids = search::namesakes(conn, Kind::Cadre, names)?;
    let mut found = Vec::with_capacity(ids.len());
    for ids in ids.chunks(ROWS_PER_STATEMENT) {
        let rows: Vec<Namesake> = cadres::table
            .filter(cadres::id.eq_any(ids))
            .select((cadres::name, cadres::organization_id, cadres::birth_date))
            .load(conn)?;
        found.extend(rows);
    }
    Ok(found)
}

/// Every cadre with the name by which they are found.
///
/// # Errors
/// When the database refuses.
pub fn named(conn: &mut DbConn) -> Result<Vec<Named>> {
    let rows: Vec<(Id, String)> = cadres::table
        .select((cadres::id, cadres::name))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|row| Named::person(Kind::Cadre, row))
        .collect())
}

/// Writes new rows, each with the post that its person begins with.
///
/// # Errors
/// `Duplicate` when a unique value is taken.
pub fn insert_many(tx: &mut DbConn, rows: &[&Cadre]) -> Result<()> {
    for rows in rows.chunks(ROWS_PER_STATEMENT) {
        on_backend!(tx, |c| diesel::insert_into(cadres::table)
            .values(rows.to_vec())
            .execute(c))?;
        let posts: Vec<FirstPost> = rows.iter().map(|row| FirstPost::from_cadre(row)).collect();
        on_backend!(tx, |c| diesel::insert_into(cadre_posts::table)
            .values(&posts)
            .execute(c))?;
    }
    Ok(())
}

#[derive(Insertable)]
#[diesel(table_name = cadre_posts, treat_none_as_default_value = false)]
struct FirstPost<'a> {
    cadre_id: Id,
    starts_on: Date,
    organization_id: Id,
    post_title: Option<&'a str>,
    post_category: Option<&'a str>,
}

impl<'a> FirstPost<'a> {
    fn from_cadre(cadre: &'a Cadre) -> Self {
        Self {
            cadre_id: cadre.id,
            starts_on: cadre.reported_on,
            organization_id: cadre.organization_id,
            post_title: cadre.post_title.as_deref(),
            post_category: cadre.post_category.map(|category| category.as_str()),
        }
    }
}

/// The present identity number of a new cadre.
#[derive(Insertable)]
#[diesel(table_name = cadre_identities)]
pub struct FirstIdentity {
    /// The keyed digest.
    pub digest: Vec<u8>,
    /// Whose.
    pub cadre_id: Id,
    /// The number, encrypted.
    pub encrypted: Vec<u8>,
    /// Always.
    pub present: bool,
}

/// Writes the identity numbers of new cadres.
///
/// # Errors
/// `Duplicate` when another person has or had one.
pub fn insert_identities(tx: &mut DbConn, rows: &[FirstIdentity]) -> Result<()> {
    for rows in rows.chunks(ROWS_PER_STATEMENT) {
        on_backend!(tx, |c| diesel::insert_into(cadre_identities::table)
            .values(rows)
            .execute(c))?;
    }
    Ok(())
}
