//! `/livez`, `/readyz`, `/metrics`: for those who keep the service running.

use actix_web::{get, web};

use super::reply::Reply;
use super::state::State;
use crate::db::migrations;
use crate::error::{Error, Result, Unavailable};
use crate::http::{Endpoints, Operation};

/// The endpoints: what each asks for, and the statements it may run.
pub const ENDPOINTS: Endpoints = Endpoints {
    mount: |config| {
        config
            .service(get_liveness)
            .service(get_readiness)
            .service(get_metrics);
    },
    operations: &[
        Operation::open("get_liveness", 0),
        Operation::open("get_readiness", 1),
        Operation::open("get_metrics", 0),
    ],
};

/// Renders the metrics, where measuring has begun.
#[derive(Clone, Default)]
pub struct Metrics(pub Option<metrics_exporter_prometheus::PrometheusHandle>);

/// Liveness
///
/// The process answers. Depends on nothing.
#[utoipa::path(tag = "service", operation_id = "get_liveness", responses((status = 200, description = "Alive.", content_type = "text/plain", body = String)), security(()))]
#[get("/livez")]
pub async fn get_liveness() -> Reply {
    text("alive\n")
}

/// Readiness
///
/// The database answers and its migrations are current, and the service is not shutting down.
#[utoipa::path(tag = "service", operation_id = "get_readiness", responses((status = 200, description = "Ready.", content_type = "text/plain", body = String)), security(()))]
#[get("/readyz")]
pub async fn get_readiness(state: State) -> Result<Reply> {
    if state.is_draining() {
        return Err(Error::Unavailable(Unavailable::ShuttingDown));
    }
    let pending = state
        .db
        .read(migrations::pending)
        .await
        .map_err(|_| Error::Unavailable(Unavailable::DatabaseUnreachable))?;
    if pending == 0 {
        Ok(text("ready\n"))
    } else {
        Err(Error::Unavailable(Unavailable::MigrationsPending))
    }
}

/// Metrics
///
/// Measurements in the Prometheus text format.
#[utoipa::path(tag = "service", operation_id = "get_metrics", responses((status = 200, description = "Metrics.", content_type = "text/plain", body = String)), security(()))]
#[get("/metrics")]
pub async fn get_metrics(metrics: web::Data<Metrics>) -> Reply {
    text(
        &metrics
            .0
            .as_ref()
            .map(metrics_exporter_prometheus::PrometheusHandle::render)
            .unwrap_or_default(),
    )
}

fn text(body: &str) -> Reply {
    Reply::new("text/plain; charset=utf-8", body)
}
