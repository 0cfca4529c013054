//! The parameters that every list takes.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};

use crate::error::{Error, ParameterError, Result};
use crate::http::{BodyDigest, Filters, JsonBody, NoFilters, RawQuery};

/// Rows in a page when nothing is said.
const DEFAULT_LIMIT: i64 = 50;
/// Most rows in a page; larger wishes are lowered.
const MAX_LIMIT: i64 = 1000;
/// The greatest integer that every JSON reader holds exactly (RFC 8259 §6); the OpenAPI document bounds integers by it.
const LARGEST_EXACT: i64 = 9_007_199_254_740_991;

/// Which part of a list, in which order and form.
#[derive(Debug, Clone, Default, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Paging {
    /// Rows in a page, 1–1000; larger values are lowered to 1000.
    #[param(default = 50, minimum = 1, required = false)]
    pub(super) limit: i64,
    /// Where to go on: `nextCursor` of the page before. Opaque, bound to the query, good for a day.
    #[param(max_length = 512, required = false)]
    pub(super) cursor: Option<String>,
    /// Members to sort by, separated by commas, with `-` for descending order; the id breaks ties.
    #[param(max_length = 64, required = false)]
    pub(super) sort: Option<String>,
    /// Members to send, separated by commas; `id` always is.
    #[param(max_length = 1000, required = false)]
    pub(super) fields: Option<String>,
    /// `exact` adds `total`.
    #[param(required = false, pattern = "^(none|exact)$", max_length = 5)]
    pub(super) count: Option<String>,
    /// The address without the cursor: what a cursor is bound to.
    #[param(ignore)]
    pub(super) bound_to: String,
    #[param(ignore)]
    pub(super) path: String,
    #[param(ignore)]
    pub(super) body: Option<BodyDigest>,
}

impl Paging {
    /// The parameters' names.
    const NAMES: &'static [&'static str] = &["limit", "cursor", "sort", "fields", "count"];

    /// Takes the paging parameters out of a query.
    fn take(raw: &mut RawQuery, path: &str) -> Self {
        let limit = raw.take("limit").map_or(DEFAULT_LIMIT, |text| {
            let parsed = text.parse::<i64>().ok();
            let parsed = parsed.filter(|limit| (1..=LARGEST_EXACT).contains(limit));
            parsed.unwrap_or_else(|| {
                raw.fault(ParameterError::new("limit", "out-of-range", &["1", "1000"]));
                DEFAULT_LIMIT
            })
        });
        let cursor = raw.take("cursor");
        let bound_to = format!("{path}?{}", raw.fingerprint());
        let sort = raw.take("sort");
        let fields = raw.take("fields");
        let count = raw.take("count");
        if count
            .as_deref()
            .is_some_and(|count| !matches!(count, "none" | "exact"))
        {
            raw.fault(ParameterError::new(
                "count",
                "parameter-invalid",
                &["none", "exact"],
            ));
        }
        Self {
            limit: limit.min(MAX_LIMIT),
            cursor,
            sort,
            fields,
            count,
            bound_to,
            path: path.to_owned(),
            body: None,
        }
    }

    /// The links to this page, the first one and the next (RFC 8288).
    pub(super) fn links(&self, next: Option<&str>) -> String {
        let base = if self.bound_to.ends_with('?') {
            &self.path
        } else {
            &self.bound_to
        };
        let first = with_parameter(base, "limit", &self.limit.to_string());
        let here = self.cursor.as_deref().map_or_else(
            || first.clone(),
            |cursor| with_parameter(&first, "cursor", cursor),
        );
        let mut links = format!("<{here}>; rel=\"self\", <{first}>; rel=\"first\"");
        if let Some(next) = next {
            let next = with_parameter(&first, "cursor", next);
            links.push_str(&format!(", <{next}>; rel=\"next\""));
        }
        links
    }

    /// The orders asked for, each with whether it descends; `all` are those that the list has.
    ///
    /// # Errors
    /// `Malformed` with the allowed names.
    pub(super) fn sort<S: Copy + Eq>(
        &self,
        all: &'static [(&'static str, S)],
    ) -> Result<Vec<Sorted<S>>> {
        let names = || all.iter().map(|(name, _)| *name).collect::<Vec<_>>();
        let invalid = || Error::parameter("sort", "parameter-invalid", &names());
        let mut order: Vec<Sorted<S>> = Vec::new();
        for word in self.sort.iter().flat_map(|sort| sort.split(',')) {
            let (name, descending) = match word.strip_prefix('-') {
                Some(name) => (name, true),
                None => (word, false),
            };
            let found = all.iter().find(|(member, _)| *member == name);
            let (member, by) = *found.ok_or_else(invalid)?;
            if order.iter().any(|before| before.by == by) {
                return Err(invalid());
            }
            order.push(Sorted {
                by,
                member,
                descending,
            });
        }
        let Some((member, unique)) = all.first().copied() else {
            return Ok(order);
        };
        match order.iter().position(|sorted| sorted.by == unique) {
            Some(at) => order.truncate(at + 1),
            None => order.push(Sorted {
                by: unique,
                member,
                descending: order.last().is_some_and(|last| last.descending),
            }),
        }
        Ok(order)
    }
}

/// One member of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sorted<S> {
    /// The order.
    pub by: S,
    /// Its member.
    pub member: &'static str,
    /// Largest first.
    pub descending: bool,
}

fn with_parameter(url: &str, name: &str, value: &str) -> String {
    let joint = if url.contains('?') { '&' } else { '?' };
    format!("{url}{joint}{name}={value}")
}

/// A list's query: filters and paging.
pub struct ListQuery<F> {
    /// What to list.
    pub filters: F,
    /// Which part of it, in which order and form.
    pub paging: Paging,
}

impl<F> ListQuery<F> {
    /// The same query with other filters.
    pub fn map<G>(self, filters: impl FnOnce(F) -> G) -> ListQuery<G> {
        ListQuery {
            filters: filters(self.filters),
            paging: self.paging,
        }
    }
}

impl ListQuery<NoFilters> {
    /// The query with the filters that stand in its body, to which its cursors are bound too.
    pub fn with_filters<F>(self, body: JsonBody<F>) -> ListQuery<F> {
        let JsonBody { value, digest } = body;
        ListQuery {
            filters: value,
            paging: Paging {
                body: Some(digest),
                ..self.paging
            },
        }
    }
}

impl<F: Filters + 'static> FromRequest for ListQuery<F> {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let mut raw = RawQuery::parse(request.query_string());
        let paging = Paging::take(&mut raw, request.path());
        ready(
            raw.finish::<F>(Paging::NAMES)
                .map(|filters| Self { filters, paging }),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: &[(&str, u8)] = &[("id", 0), ("name", 1), ("reportedOn", 2)];

    fn order(sort: &str) -> Result<Vec<(&'static str, bool)>> {
        let paging = Paging {
            sort: Some(sort.to_owned()),
            ..Paging::default()
        };
        let order = paging.sort(ALL)?;
        Ok(order.iter().map(|s| (s.member, s.descending)).collect())
    }

    #[test]
    fn the_unique_member_ends_every_order_in_the_direction_of_the_last() {
        assert_eq!(order("name").unwrap(), [("name", false), ("id", false)]);
        assert_eq!(order("-name").unwrap(), [("name", true), ("id", true)]);
        assert_eq!(
            order("reportedOn,-name").unwrap(),
            [("reportedOn", false), ("name", true), ("id", true)]
        );
        assert_eq!(order("-name,id").unwrap(), [("name", true), ("id", false)]);
        assert_eq!(order("-id,name").unwrap(), [("id", true)]);
        let paging = Paging::default();
        assert_eq!(paging.sort(ALL).unwrap()[0].member, "id");
    }

    #[test]
    fn unknown_repeated_and_empty_members_are_refused() {
        for sort in [
            "",
            "-",
            "name,",
            "phone",
            "name,-name",
            "--name",
            "name, id",
        ] {
            assert!(order(sort).is_err(), "{sort:?}");
        }
    }
}
