//! What a server is told when it starts. Reading flags, environment and files is the CLI's.

use std::{fmt, net::SocketAddr, path::PathBuf, time::Duration};

use sundial_core::Limits;

/// Where the server keeps its state.
#[derive(Clone, PartialEq, Eq)]
pub enum Database {
    /// A SQLite file, created if it is missing.
    SqliteFile(PathBuf),
    /// A SQLite file in a temporary folder that goes with the server.
    SqliteMemory,
    /// A PostgreSQL database by its address, `postgres://user:password@host:port/database`.
    Postgres(String),
}

impl fmt::Debug for Database {
    // An address may hold a password, which must never reach a log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SqliteFile(path) => f.debug_tuple("SqliteFile").field(path).finish(),
            Self::SqliteMemory => f.write_str("SqliteMemory"),
            Self::Postgres(_) => f.debug_tuple("Postgres").finish_non_exhaustive(),
        }
    }
}

/// How time passes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Time {
    /// As the system's clock tells it.
    #[default]
    Real,
    /// Idle time is skipped, and the API's TestService controls it. For tests, on a database that goes with the server.
    Skipping {
        /// Whether it begins with one lock, as Temporal's test server does: nothing is skipped until that is released.
        is_locked: bool,
    },
}

/// How a server proves who it is, and whom it lets in. PEM throughout.
#[derive(Clone)]
pub struct Tls {
    /// Its certificate, with those between it and its authority's.
    pub certificate: Vec<u8>,
    /// The certificate's private key.
    pub key: Vec<u8>,
    /// The authority that must have signed the certificate of each client; `None` asks clients for none.
    pub client_authority: Option<Vec<u8>>,
}

impl fmt::Debug for Tls {
    // Keys must never reach a log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tls")
            .field("client_authority", &self.client_authority.is_some())
            .finish_non_exhaustive()
    }
}

/// Where the HTTP API is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HttpApi {
    /// Nowhere.
    #[default]
    Off,
    /// Ten above the port of gRPC, as Temporal's; or nowhere, with a warning, if that one is taken.
    Beside,
    /// On this port of the same address. Port 0 takes a free one.
    At(u16),
}

/// Settings of a server.
#[derive(Clone, Debug)]
pub struct ServerOptions {
    /// Where to listen. Port 0 takes a free one, see [`crate::Server::local_address`].
    pub address: SocketAddr,
    /// Where to answer the same calls as JSON over HTTP, see [`crate::Server::http_address`].
    pub http: HttpApi,
    /// Certificates; `None` serves without TLS.
    pub tls: Option<Tls>,
    /// Where the state is kept.
    pub database: Database,
    /// Namespaces to register at start unless they are there; `default` always is.
    pub namespaces: Vec<String>,
    /// How long closed runs of the namespaces that the server registers itself are kept. Temporal's dev server: 24 h.
    pub retention: Duration,
    /// Limits that clients meet.
    pub limits: Limits,
    /// How time passes.
    pub time: Time,
    /// How long a shutdown waits for calls that are being answered.
    pub drain_timeout: Duration,
}

impl Default for ServerOptions {
    fn default() -> Self {
        const PORT: u16 = 7233;
        Self {
            address: SocketAddr::from(([127, 0, 0, 1], PORT)),
            http: HttpApi::Off,
            tls: None,
            database: Database::SqliteMemory,
            namespaces: Vec::new(),
            retention: Duration::from_secs(24 * 60 * 60),
            limits: Limits::default(),
            time: Time::Real,
            // Long polls end at once; what is left are commits, which take milliseconds.
            drain_timeout: Duration::from_secs(5),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neither_keys_nor_passwords_are_printed() {
        let options = ServerOptions {
            database: Database::Postgres("postgres://ada:secret@db:5432/shop".into()),
            tls: Some(Tls {
                certificate: b"public".to_vec(),
                key: b"secret".to_vec(),
                client_authority: None,
            }),
            ..ServerOptions::default()
        };
        let printed = format!("{options:?}");
        assert!(!printed.contains("secret"), "{printed}");
        assert!(!printed.contains("115, 101, 99"), "{printed}");
    }
}
