//! Which server a client talks to, and how: its address, TLS, credentials.

use sundial_worker::Credentials;

use crate::{certificates, problem::Problem, settings::Settings};

/// A server, as a client reaches it.
#[derive(Clone, Debug)]
pub(crate) struct ServerAddress {
    /// `http://host:port`, or `https://host:port` for TLS.
    pub(crate) url: String,
    pub(crate) credentials: Credentials,
}

impl ServerAddress {
    /// A server without TLS.
    pub(crate) fn plain(address: &str) -> Result<Self, Problem> {
        Ok(Self {
            url: url(address, false)?,
            credentials: Credentials::default(),
        })
    }

    /// The server that the settings name.
    pub(crate) fn of(settings: &Settings) -> Result<Self, Problem> {
        let credentials = Credentials {
            api_key: settings.api_key.value.as_ref().map(|key| key.0.clone()),
            server_root_certificate: certificates::read("tls_ca_path", &settings.tls_ca_path)?,
            server_name: settings.tls_server_name.value.clone(),
            client_identity: certificates::read_pair(
                ("tls_cert_path", &settings.tls_cert_path),
                ("tls_key_path", &settings.tls_key_path),
            )?,
        };
        let is_tls = settings.tls.value || credentials != Credentials::default();
        Ok(Self {
            url: url(&settings.address.value, is_tls)?,
            credentials,
        })
    }
}

/// The URL, whichever way the address was written.
fn url(address: &str, is_tls: bool) -> Result<String, Problem> {
    let (scheme, host) = match address.split_once("://") {
        Some(("https", host)) => ("https", host),
        Some(("http", _)) if is_tls => {
            return Err(Problem::new(format!(
                "{address} is an address without TLS, but TLS is asked for"
            ))
            .hint("write it as host:port, or leave out --tls, the --tls- paths and the API key"));
        }
        Some(("http", host)) => ("http", host),
        Some(_) => return Err(not_an_address(address)),
        None if is_tls => ("https", address),
        None => ("http", address),
    };
    let host = host.trim_end_matches('/');
    match host.rsplit_once(':') {
        Some((name, port)) if !name.is_empty() && port.parse::<u16>().is_ok() => {
            Ok(format!("{scheme}://{host}"))
        }
        _ => Err(not_an_address(address)),
    }
}

fn not_an_address(address: &str) -> Problem {
    Problem::new(format!("`{address}` is not an address"))
        .hint("write it as host:port, such as 127.0.0.1:7233")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_may_be_written_with_or_without_a_scheme() {
        for address in [
            "127.0.0.1:7233",
            "http://127.0.0.1:7233",
            "http://127.0.0.1:7233/",
        ] {
            assert_eq!(
                url(address, false).expect("it is good"),
                "http://127.0.0.1:7233"
            );
        }
        for (address, is_tls) in [
            ("https://example.test:7233", false),
            ("https://example.test:7233/", true),
            ("example.test:7233", true),
        ] {
            assert_eq!(
                url(address, is_tls).expect("it is good"),
                "https://example.test:7233"
            );
        }
        for address in [
            "",
            "localhost",
            ":7233",
            "localhost:port",
            "ftp://localhost:7233",
        ] {
            assert!(url(address, false).is_err(), "{address}");
        }
    }

    #[test]
    fn what_needs_tls_does_not_go_without_it() {
        let problem = url("http://127.0.0.1:7233", true).expect_err("it says both");
        assert!(problem.to_string().contains("without TLS"), "{problem}");
    }
}
