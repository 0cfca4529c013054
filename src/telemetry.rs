//! Logs as JSON lines on standard error, and metrics in the Prometheus text format.

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::EnvFilter;

use crate::error::{Error, Result};

/// Begins logging; `filter` is the setting `XINMIAO_LOG`.
///
/// # Errors
/// When the filter cannot be read, with the reason.
pub fn start_logging(filter: &str) -> std::result::Result<(), String> {
    let filter = EnvFilter::try_new(filter).map_err(|error| error.to_string())?;
    tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .try_init()
        .map_err(|error| error.to_string())
}

/// Begins measuring; the handle renders `/metrics`. Begun twice in one process (tests), the second begins nothing.
///
/// # Errors
/// When the buckets are not accepted.
pub fn start_metrics() -> Result<Option<PrometheusHandle>> {
    const SECONDS: &[f64] = &[
        0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0,
    ];
    let builder = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("duration_seconds".to_owned()), SECONDS)
        .map_err(Error::internal)?;
    Ok(builder.install_recorder().ok())
}
