//! The application: every room mounted once, the server and its document from one registration.

mod hooks;
mod replays;

use std::sync::LazyLock;

use actix_web::App;
use actix_web::body::BoxBody;
use actix_web::dev::{ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::web::{self, Data};
use utoipa::openapi::OpenApi;
use utoipa_actix_web::service_config::ServiceConfig;
use utoipa_actix_web::{AppExt, scope};

use crate::db::DbConn;
use crate::error::Result;
use crate::http::health::Metrics;
use crate::http::openapi::Document;
use crate::http::{AppState, Endpoints, Room, envelope, refuse};
use crate::search::Named;

pub use hooks::hooks;

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
    crate::postings::ROOM,
    crate::growth_file::ROOM,
    crate::journal::ROOM,
    crate::kinships::ROOM,
    crate::matching::ROOM,
    crate::mentoring_sessions::ROOM,
    crate::mentors::ROOM,
    crate::organizations::ROOM,
    crate::phase_templates::ROOM,
    crate::evaluation_forms::ROOM,
    crate::evaluation_rounds::ROOM,
    crate::plans::ROOM,
    crate::training::ROOM,
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

/// The published document of all that [`build`] mounts.
pub fn document() -> &'static Document {
    static DOCUMENT: LazyLock<Document> =
        LazyLock::new(|| Document::new(mount(App::new()).1, ROOMS));
    &DOCUMENT
}

/// Builds the application.
pub fn build(
    state: Data<AppState>,
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
