//! Changes to ids of other systems, as a merge patch (RFC 7396) writes them: the same for every kind of resource.

use std::collections::{BTreeMap, BTreeSet};

use deserr::{Deserr, IntoValue, Map, Value, ValuePointerRef};

use super::{ExternalId, ExternalIds, Kind, MAX_SOURCES, Source, store};
use crate::db::{DbConn, Id};
use crate::error::{Fault, FieldErrors};
use crate::values::Patch;

/// The ids of a resource before and after a write that mentions them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangedIds {
    /// The ids that it shows.
    pub former: ExternalIds,
    /// The ids that it will show.
    pub ids: ExternalIds,
}

impl ChangedIds {
    /// What a write makes of the ids that `stored` keeps, if it mentions them; ids that another resource has are noted, and those
    /// under the source of another client.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn prepare(
        conn: &mut DbConn,
        writer: Writer<'_>,
        (kind, holder): (Kind, Option<Id>),
        stored: &str,
        input: &Patch<ExternalIdChanges>,
        errors: &mut FieldErrors,
    ) -> crate::error::Result<Option<Self>> {
        let former = ExternalIds::from_json(stored)?;
        let ids = match input {
            Patch::Absent => return Ok(None),
            Patch::Null => ExternalIds::default(),
            Patch::Value(changes) => changes.apply(&former, "/externalIds", errors),
        };
        for (source, id) in &ids.0 {
            if former.0.get(source) == Some(id) {
                continue;
            }
            let other = store::find(conn, kind, source, id)?;
            if other.is_some_and(|other| holder != Some(other)) {
                errors.push(format!("/externalIds/{source}"), Fault::new("not-unique"));
            }
        }
        let changed = Self { former, ids };
        for source in writer.barred(conn, &changed.sources())? {
            errors.push(format!("/externalIds/{source}"), Fault::new("source-owned"));
        }
        Ok(Some(changed))
    }

    /// The sources under which an id is set, changed or removed.
    fn sources(&self) -> Vec<&Source> {
        let all: BTreeSet<&Source> = self.former.0.keys().chain(self.ids.0.keys()).collect();
        let differs = |source: &&Source| self.former.0.get(*source) != self.ids.0.get(*source);
        all.into_iter().filter(differs).collect()
    }
}

/// Who writes ids: a client owns its source, so that nobody else says which of our records is the one it means.
#[derive(Debug, Clone, Copy)]
pub struct Writer<'a> {
    /// The source of the client that writes.
    pub own: Option<&'a str>,
    /// Whether the writer may write under any source: a programme manager, an administrator (of units), or the service itself.
    pub writes_all: bool,
    /// Those of some sources that are a client's.
    pub owned: fn(&mut DbConn, &[&str]) -> crate::error::Result<Vec<String>>,
}

impl Writer<'_> {
    /// Those of some sources that belong to another client.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn barred(
        self,
        conn: &mut DbConn,
        sources: &[&Source],
    ) -> crate::error::Result<Vec<String>> {
        let others = sources.iter().map(|source| source.as_str());
        let others: Vec<&str> = others.filter(|source| self.own != Some(*source)).collect();
        if self.writes_all || others.is_empty() {
            return Ok(Vec::new());
        }
        (self.owned)(conn, &others)
    }
}

/// The id by which a request names a resource in its address.
#[derive(Debug, Clone, Copy)]
pub struct AddressedId<'a> {
    /// The system.
    pub source: &'a Source,
    /// The id there.
    pub id: &'a ExternalId,
}

impl AddressedId<'_> {
    /// What a body says of the ids of a new resource, and that it has the id of the address.
    ///
    /// # Errors
    /// `read-only` when the body gives another id under the same source.
    pub fn of_new(
        self,
        input: &Patch<ExternalIdChanges>,
    ) -> crate::error::Result<Patch<ExternalIdChanges>> {
        let mut changes = match self.kept(input, &ExternalIds::default())? {
            Patch::Value(changes) => changes,
            Patch::Absent | Patch::Null => ExternalIdChanges::default(),
        };
        changes.0.retain(|_, id| id.is_some());
        Ok(Patch::Value(
            changes.with(self.source.clone(), self.id.clone()),
        ))
    }

    /// What a body says of ids other than that of the address, which stays whatever the body says.
    ///
    /// # Errors
    /// `read-only` when the body gives another id under the same source.
    pub fn kept(
        self,
        input: &Patch<ExternalIdChanges>,
        present: &ExternalIds,
    ) -> crate::error::Result<Patch<ExternalIdChanges>> {
        let mut changes = match input {
            Patch::Absent => return Ok(Patch::Absent),
            Patch::Null => ExternalIdChanges(present.0.keys().map(|s| (s.clone(), None)).collect()),
            Patch::Value(changes) => changes.clone(),
        };
        let said = changes.0.remove(self.source).flatten();
        let is_same = said
            .as_ref()
            .is_none_or(|said| said == self.id || present.0.get(self.source) == Some(said));
        if is_same {
            Ok(Patch::Value(changes))
        } else {
            let pointer = format!("/externalIds/{}", self.source);
            Err(crate::error::Error::field(pointer, "read-only"))
        }
    }
}

/// Ids by source: those sent are set, null ones are cleared, others stay.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ExternalIdChanges(BTreeMap<Source, Option<ExternalId>>);

impl ExternalIdChanges {
    /// Sets one more id.
    #[must_use]
    pub fn with(mut self, source: Source, id: ExternalId) -> Self {
        self.0.insert(source, Some(id));
        self
    }

    /// The ids after the changes; more than a resource may have are noted at `pointer`.
    pub fn apply(
        &self,
        present: &ExternalIds,
        pointer: &str,
        errors: &mut FieldErrors,
    ) -> ExternalIds {
        let mut ids = present.clone();
        for (source, id) in &self.0 {
            match id {
                Some(id) => ids.0.insert(source.clone(), id.clone()),
                None => ids.0.remove(source),
            };
        }
        if ids.0.len() > MAX_SOURCES {
            errors.push(pointer, Fault::with("out-of-range", &[&0, &MAX_SOURCES]));
        }
        ids
    }
}

impl From<ExternalIds> for ExternalIdChanges {
    fn from(ids: ExternalIds) -> Self {
        Self(
            ids.0
                .into_iter()
                .map(|(source, id)| (source, Some(id)))
                .collect(),
        )
    }
}

impl Deserr<FieldErrors> for ExternalIdChanges {
    fn deserialize_from_value<V: IntoValue>(
        value: Value<V>,
        location: ValuePointerRef,
    ) -> Result<Self, FieldErrors> {
        let pointer = crate::error::pointer(location);
        let Value::Map(members) = value else {
            return Err(FieldErrors::one(pointer, Fault::with("type", &[&"object"])));
        };
        let mut errors = FieldErrors::default();
        let mut changes = BTreeMap::new();
        if members.len() > 2 * MAX_SOURCES {
            errors.push(
                pointer,
                Fault::with("out-of-range", &[&0, &(2 * MAX_SOURCES)]),
            );
        }
        for (source, id) in members.into_iter() {
            let place = location.push_key(&source);
            let source = errors.collect(&crate::error::pointer(place), Source::parse(&source));
            match Option::<ExternalId>::deserialize_from_value(id.into_value(), place) {
                Ok(id) => changes.extend(source.map(|source| (source, id))),
                Err(faults) => errors.extend(faults),
            }
        }
        if errors.is_empty() {
            Ok(Self(changes))
        } else {
            Err(errors)
        }
    }
}

impl utoipa::PartialSchema for ExternalIdChanges {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        let id = utoipa::openapi::schema::OneOfBuilder::new()
            .item(
                utoipa::openapi::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::schema::Type::Null),
            )
            .item(ExternalId::schema());
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::Object)
            .property_names(Some(Source::schema()))
            .additional_properties(Some(utoipa::openapi::RefOr::T(
                utoipa::openapi::Schema::OneOf(id.build()),
            )))
            .max_properties(Some(2 * MAX_SOURCES))
            .description(Some(
                "Ids in other systems, by source: those sent are set, null ones cleared, others stay.",
            ))
            .examples([serde_json::json!({ "hr-portal": "C-000371", "former-system": null })])
            .into()
    }
}

impl utoipa::ToSchema for ExternalIdChanges {}
