//! The application: every room mounted once, the server and its document from one registration.

mod replays;

use std::sync::LazyLock;

use actix_web::App;
use actix_web::body::BoxBody;
use actix_web::dev::{ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::web::{self, Data};
use utoipa::openapi::OpenApi;
use utoipa_actix_web::service_config::ServiceConfig;
use utoipa_actix_web::{AppExt, scope};

use crate::access::{Context, Departure, Followed, Reactions, Restructuring};
use crate::db::{DbConn, Id};
use crate::error::Result;
use crate::http::health::Metrics;
use crate::http::openapi::Document;
use crate::http::{Endpoints, Room, Service, envelope, refuse};
use crate::search::Named;

/// Every room.
pub const ROOMS: &[Room] = &[
    crate::http::ROOM,
    crate::absences::ROOM,
    crate::accounts::ROOM,
    crate::analytics::ROOM,
    crate::assignments::ROOM,
    crate::cadres::ROOM,
    crate::codes::ROOM,
    crate::evaluations::ROOM,
    crate::exchange::ROOM,
    crate::growth_entries::ROOM,
    crate::growth_file::ROOM,
    crate::journal::ROOM,
    crate::kinships::ROOM,
    crate::matching::ROOM,
    crate::mentors::ROOM,
    crate::organizations::ROOM,
];

/// All that is found by name.
///
/// # Errors
/// When the database refuses.
pub fn named(conn: &mut DbConn) -> Result<Vec<Named>> {
    let mut named = crate::organizations::store::named(conn)?;
    named.extend(crate::cadres::enrolment_store::named(conn)?);
    named.extend(crate::mentors::store::named(conn)?);
    Ok(named)
}

/// What higher rooms do when a record of a lower room changes; each room that reacts is named here once.
pub fn reactions() -> Reactions {
    Reactions {
        cadre_moved: crate::assignments::review_cadre,
        cadre_left,
        probation_changed: crate::absences::recount,
        cadre_deleted: crate::absences::delete_all,
        mentor_changed,
        organization_changed,
        grants_at: crate::accounts::grants_at,
        reads: replays::reads,
        withheld: crate::evaluations::withheld,
        withheld_types: crate::evaluations::WITHHELD_TYPES,
        journal_position: crate::journal::position,
    }
}

/// The pairs of a mentor may need another, and their tokens another end of service.
fn mentor_changed(tx: &mut DbConn, context: &Context, mentor_id: Id) -> Result<()> {
    crate::assignments::review_mentor(tx, context, mentor_id)?;
    crate::accounts::follow_mentor(tx, context, mentor_id)
}

/// Mentors and cadres both follow their unit first; only then it can be told which pairs have lost their place.
fn organization_changed(
    tx: &mut DbConn,
    context: &Context,
    change: &Restructuring,
) -> Result<Followed> {
    let mentors = crate::mentors::follow(tx, context, change)?;
    let cadres = crate::cadres::follow(tx, context, change)?;
    let followed = crate::accounts::follow_organization(tx, context, change)?;
    crate::assignments::follow(tx, context, change)?;
    let count = |ids: &[Id]| u64::try_from(ids.len()).unwrap_or(u64::MAX);
    Ok(Followed {
        cadres: count(&cadres),
        mentors: count(&mentors),
        ..followed
    })
}

/// The pairs of a cadre who moves or leaves end; open forms about one who leaves are cancelled.
fn cadre_left(tx: &mut DbConn, context: &Context, departure: &Departure<'_>) -> Result<()> {
    crate::assignments::end_all(tx, context, departure)?;
    if departure.leaves {
        crate::evaluations::cancel_open(tx, context, departure.cadre_id)?;
    }
    Ok(())
}

/// The published document of all that [`build`] mounts.
pub fn document() -> &'static Document {
    static DOCUMENT: LazyLock<Document> =
        LazyLock::new(|| Document::new(mount(App::new()).1, ROOMS));
    &DOCUMENT
}

/// Builds the application.
pub fn build(
    state: Data<Service>,
    metrics: Metrics,
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<BoxBody>,
        Error = actix_web::Error,
        InitError = (),
    >,
> {
    let app = App::new()
        .app_data(state)
        .app_data(Data::new(metrics))
        .app_data(document())
        .wrap(actix_web::middleware::from_fn(envelope));
    mount(app).0
}

/// Server and document come from this one registration.
fn mount<T>(app: App<T>) -> (App<T>, OpenApi)
where
    T: ServiceFactory<ServiceRequest, Config = (), Error = actix_web::Error, InitError = ()>,
{
    app.into_utoipa_app()
        .configure(|config| mount_all(config, |room| room.root_endpoints))
        .service(scope::scope("/v1").configure(|config| mount_all(config, |room| room.endpoints)))
        .default_service(web::route().to(refuse))
        .split_for_parts()
}

fn mount_all(config: &mut ServiceConfig, endpoints: impl Fn(&Room) -> &'static [Endpoints]) {
    for part in ROOMS.iter().flat_map(endpoints) {
        (part.mount)(config);
    }
}
