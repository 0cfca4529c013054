//! Connections: how many, of whom, and how slow they may be.
//!
//! The framework bounds how long the head of a request takes; bodies are bounded where they are read (`http::body`). Here stands
//! what only the stream itself can bound: replies nobody reads, connections of one network, and what the parser refuses before
//! there is a request.

mod connections;
mod heads;
mod limits;
mod paced;

use std::io;
use std::net::TcpListener;
use std::sync::Arc;
use std::thread::available_parallelism;
use std::time::Duration;

use actix_http::{HttpService, Protocol};
use actix_server::{Server, ServerBuilder};
use actix_service::{IntoServiceFactory, ServiceFactoryExt, fn_service, map_config};
use actix_web::dev::AppConfig;
use tokio::net::TcpStream;

use crate::app;
use crate::http::State;
use crate::http::health::Metrics;
use crate::network::Network;

use connections::Connections;
pub use limits::{connections_allowed, raise_file_limit};
use paced::Paced;

/// How long an idle connection is kept, longer than proxies keep theirs.
const KEEP_ALIVE: Duration = Duration::from_secs(75);
/// How long the head of a request may take to arrive.
const HEAD_TIME: Duration = Duration::from_secs(10);

/// Serves the application on a listener, with at most `connections` at once over all threads.
///
/// # Errors
/// When the listener cannot be used.
pub fn serve(
    listener: TcpListener,
    state: State,
    metrics: Metrics,
    connections: usize,
) -> io::Result<Server> {
    let workers = available_parallelism().map_or(1, usize::from);
    let shutdown = state.config.raw.shutdown_seconds;
    let builder = ServerBuilder::new()
        .workers(workers)
        .max_concurrent_connections(connections.div_ceil(workers))
        .shutdown_timeout(shutdown)
        .disable_signals();
    Ok(listen(builder, listener, state, metrics)?.run())
}

/// Adds the application to a server.
///
/// # Errors
/// When the listener cannot be used.
pub fn listen(
    builder: ServerBuilder,
    listener: TcpListener,
    state: State,
    metrics: Metrics,
) -> io::Result<ServerBuilder> {
    let ending = builder.graceful_shutdown_signal();
    let address = listener.local_addr()?;
    let most = state.config.raw.connections_per_network;
    let open = Connections::new(most);
    builder.listen("xinmiao", listener, move || {
        let (state, metrics, ending) = (state.clone(), metrics.clone(), ending.clone());
        let public_url: Arc<str> = state.config.public_url.as_str().into();
        let (open, proxies) = (open.clone(), state.config.trusted_proxies.clone());
        let app = app::build(state, metrics).into_factory();
        let app = app.map_err(|error: actix_web::Error| error.error_response());
        let http = HttpService::build()
            .keep_alive(KEEP_ALIVE)
            .client_request_timeout(HEAD_TIME)
            // Who hangs up waits for nothing any more; otherwise the work would go on for a client that only stopped sending.
            .h1_allow_half_closed(false)
            .local_addr(address)
            .graceful_shutdown_signal(move || {
                let signal = ending.clone();
                async move { signal.notified().await }
            })
            .finish(map_config(app, |()| AppConfig::default()));
        fn_service(move |stream: TcpStream| {
            let peer = stream.peer_addr();
            let place = peer.as_ref().ok().map(|peer| {
                if proxies.has(peer.ip().to_canonical()) {
                    Ok(None)
                } else {
                    open.enter(Network::from_address(peer.ip())).map(Some)
                }
            });
            let public_url = Arc::clone(&public_url);
            async move {
                let place = place.transpose()?.flatten();
                let peer = peer.ok();
                Ok((Paced::new(stream, place, public_url), Protocol::Http1, peer))
            }
        })
        .and_then(http)
        .map_err(|_| ())
    })
}
