//! Connections of one network, counted while they are open.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use actix_http::error::DispatchError;

use crate::network::Network;

/// The open connections of each network.
#[derive(Clone)]
pub struct Connections {
    open: Arc<Mutex<HashMap<Network, usize>>>,
    most: usize,
}

impl Connections {
    /// None yet; of each network `most` at once.
    pub fn new(most: usize) -> Self {
        Self {
            open: Arc::default(),
            most,
        }
    }

    /// Counts a connection until its place is dropped.
    ///
    /// # Errors
    /// Where the network has too many: the connection is closed at once.
    pub fn enter(&self, network: Network) -> Result<ConnectionPermit, DispatchError> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let count = open.entry(network).or_insert(0);
        if *count >= self.most {
            drop(open);
            tracing::debug!(network = %network, "too many connections");
            return Err(DispatchError::Io(
                std::io::ErrorKind::ConnectionRefused.into(),
            ));
        }
        *count += 1;
        Ok(ConnectionPermit {
            of: self.clone(),
            network,
        })
    }
}

/// The place of an open connection.
pub struct ConnectionPermit {
    of: Connections,
    network: Network,
}

impl Drop for ConnectionPermit {
    fn drop(&mut self) {
        let mut open = self.of.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = open.get_mut(&self.network) {
            *count -= 1;
            if *count == 0 {
                open.remove(&self.network);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_has_so_many_connections_at_once() {
        let connections = Connections::new(2);
        let one = Network::from_address([192, 0, 2, 1].into());
        let places = [connections.enter(one).ok(), connections.enter(one).ok()];
        assert!(places.iter().all(Option::is_some));
        assert!(connections.enter(one).is_err());
        assert!(
            connections
                .enter(Network::from_address([192, 0, 2, 2].into()))
                .is_ok()
        );
        drop(places);
        assert!(connections.enter(one).is_ok());
        assert!(connections.open.lock().unwrap().is_empty());
    }
}
