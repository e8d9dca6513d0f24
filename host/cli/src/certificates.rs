//! Reads the PEM files that settings name. What is in them, rustls checks.

use std::path::PathBuf;

use crate::{
    problem::Problem,
    settings::{FromText, Setting},
};

/// The bytes of the file that a setting names, if it names one.
pub(crate) fn read(
    name: &'static str,
    setting: &Setting<Option<PathBuf>>,
) -> Result<Option<Vec<u8>>, Problem> {
    let Some(path) = &setting.value else {
        return Ok(None);
    };
    let wrong = |reason: String| {
        Problem::new(format!(
            "setting {name} ({}) is `{}`: {reason}",
            setting.origin,
            path.to_text()
        ))
        .hint("name a file that holds it as PEM, the text form that begins with -----BEGIN")
    };
    let bytes = std::fs::read(path).map_err(|error| wrong(format!("it can't be read: {error}")))?;
    match bytes
        .windows(b"-----BEGIN".len())
        .any(|part| part == b"-----BEGIN")
    {
        true => Ok(Some(bytes)),
        false => Err(wrong("it holds no PEM".to_owned())),
    }
}

/// A certificate and its private key.
pub(crate) type Pair = (Vec<u8>, Vec<u8>);

/// A certificate and its key, or neither.
pub(crate) fn read_pair(
    (cert_name, cert): (&'static str, &Setting<Option<PathBuf>>),
    (key_name, key): (&'static str, &Setting<Option<PathBuf>>),
) -> Result<Option<Pair>, Problem> {
    match (read(cert_name, cert)?, read(key_name, key)?) {
        (Some(cert), Some(key)) => Ok(Some((cert, key))),
        (None, None) => Ok(None),
        (Some(_), None) => Err(alone(cert_name, key_name)),
        (None, Some(_)) => Err(alone(key_name, cert_name)),
    }
}

fn alone(named: &str, missing: &str) -> Problem {
    Problem::new(format!("setting {named} is given without {missing}"))
        .hint("a certificate and its private key are of use only together")
}
