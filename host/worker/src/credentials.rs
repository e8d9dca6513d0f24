//! How a client of a server proves who it is, and knows whom it talks to: TLS, a certificate of its own, an API key.

use std::fmt;

use tonic::{
    Request, Status,
    metadata::{Ascii, MetadataValue},
    service::Interceptor,
    transport::{Certificate, ClientTlsConfig, Endpoint, Error, Identity},
};

/// How the host proves who it is, and knows whom it talks to. TLS itself is chosen by the address: `https://host:port`.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Credentials {
    /// Sent as a bearer token with each call.
    pub api_key: Option<String>,
    /// PEM of the authority that signed the server's certificate, where the system does not know it.
    pub server_root_certificate: Option<Vec<u8>>,
    /// The name that the server's certificate must have, where it is not the address's own.
    pub server_name: Option<String>,
    /// PEM of the client's certificate and private key, for mutual TLS.
    pub client_identity: Option<(Vec<u8>, Vec<u8>)>,
}

impl Credentials {
    /// The endpoint with TLS as these credentials say, if its address is one of TLS.
    ///
    /// # Errors
    /// If a certificate or a key can't be read.
    pub fn secure(&self, endpoint: Endpoint) -> Result<Endpoint, Error> {
        if endpoint.uri().scheme_str() != Some("https") {
            return Ok(endpoint);
        }
        let mut tls = match &self.server_root_certificate {
            Some(certificate) => {
                ClientTlsConfig::new().ca_certificate(Certificate::from_pem(certificate))
            }
            None => ClientTlsConfig::new().with_enabled_roots(),
        };
        if let Some(name) = &self.server_name {
            tls = tls.domain_name(name);
        }
        if let Some((certificate, key)) = &self.client_identity {
            tls = tls.identity(Identity::from_pem(certificate, key));
        }
        endpoint.tls_config(tls)
    }

    /// What adds the API key to each call; `None` if the key has characters that can't be sent.
    #[must_use]
    pub fn authorization(&self) -> Option<Authorization> {
        let value = match &self.api_key {
            Some(key) => Some(format!("Bearer {key}").parse().ok()?),
            None => None,
        };
        Some(Authorization(value))
    }
}

impl fmt::Debug for Credentials {
    // Keys must never reach a log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials")
            .field("api_key", &self.api_key.is_some())
            .field(
                "server_root_certificate",
                &self.server_root_certificate.is_some(),
            )
            .field("server_name", &self.server_name)
            .field("client_identity", &self.client_identity.is_some())
            .finish()
    }
}

/// Adds an API key to each call, if there is one.
#[derive(Clone)]
pub struct Authorization(Option<MetadataValue<Ascii>>);

impl fmt::Debug for Authorization {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Authorization")
            .field(&self.0.is_some())
            .finish()
    }
}

impl Interceptor for Authorization {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        if let Some(value) = &self.0 {
            request
                .metadata_mut()
                .insert("authorization", value.clone());
        }
        Ok(request)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_key(key: &str) -> Credentials {
        Credentials {
            api_key: Some(key.into()),
            ..Default::default()
        }
    }

    #[test]
    fn keys_are_not_printed() {
        let credentials = with_key("secret");
        assert!(!format!("{credentials:?}").contains("secret"));
        let authorization = credentials.authorization().expect("it can be sent");
        assert!(!format!("{authorization:?}").contains("secret"));
    }

    #[test]
    fn a_key_goes_with_each_call() {
        let mut authorization = with_key("secret").authorization().expect("it can be sent");
        let request = authorization
            .call(Request::new(()))
            .expect("it is let through");
        let sent = request
            .metadata()
            .get("authorization")
            .map(|value| value.as_bytes());
        assert_eq!(sent, Some(b"Bearer secret".as_slice()));
    }

    #[test]
    fn a_key_that_cannot_be_sent_is_refused() {
        assert!(with_key("two\nlines").authorization().is_none());
    }
}
