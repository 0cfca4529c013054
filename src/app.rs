//! The application: every room mounted once, the server and its document from one registration.

use actix_web::web::{self, Data};
use actix_web::{App, HttpResponse};
use utoipa_actix_web::service_config::ServiceConfig;
use utoipa_actix_web::{AppExt, scope};

use crate::access::Reactions;
use crate::http::health::{self, Metrics};
use crate::http::{Service, envelope};
use crate::{absences, cadres, journal, organizations};

/// Mounts every room under `/v1`.
fn rooms(config: &mut ServiceConfig) {
    config.configure(absences::routes);
    config.configure(cadres::routes);
    config.configure(journal::routes);
    config.configure(organizations::routes);
}

/// What higher rooms do when a record of a lower room changes; each room that reacts is named here once.
pub fn reactions() -> Reactions {
    Reactions::default()
}

/// Builds the application.
pub fn build(
    state: Data<Service>,
    metrics: Metrics,
) -> App<
    impl actix_web::dev::ServiceFactory<
        actix_web::dev::ServiceRequest,
        Config = (),
        Response = actix_web::dev::ServiceResponse<actix_web::body::BoxBody>,
        Error = actix_web::Error,
        InitError = (),
    >,
> {
    let (app, _document) = App::new()
        .app_data(state)
        .app_data(Data::new(metrics))
        .wrap(actix_web::middleware::from_fn(envelope))
        .into_utoipa_app()
        .service(health::get_liveness)
        .service(health::get_readiness)
        .service(health::get_metrics)
        .service(scope::scope("/v1").configure(rooms))
        .default_service(web::route().to(HttpResponse::NotFound))
        .split_for_parts();
    app
}
