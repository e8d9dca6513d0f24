//! Errors of PostgreSQL and of the driver, as the store's own, with words for those that a person can do something about.

use std::sync::Arc;

use sqlx::postgres::PgConnectOptions;

use crate::error::StoreError;

pub(super) fn from_sqlx(doing: &str, error: sqlx::Error) -> StoreError {
    let code = code_of(&error);
    match code.as_deref() {
        // Class 23: a rule of the schema was broken. Class 22: a value that the column can't hold, as a text with a
        // zero byte.
        Some(code) if code.starts_with("23") || code.starts_with("22") => {
            StoreError::Contradiction {
                what: error.to_string(),
            }
        }
        // Class XX: damage, or a fault of PostgreSQL.
        Some(code) if code.starts_with("XX") => StoreError::Corrupt {
            what: format!("{doing}: {error}"),
        },
        Some(_) | None => match error {
            sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) => StoreError::Corrupt {
                what: format!("{doing}: {error}"),
            },
            error => unavailable(doing, error),
        },
    }
}

pub(super) fn unavailable(
    doing: impl Into<String>,
    source: impl std::error::Error + Send + Sync + 'static,
) -> StoreError {
    StoreError::Unavailable {
        doing: doing.into(),
        source: Arc::new(source),
    }
}

/// True if the connection is of no use any more, or the server behind it can't write now. Another connection, or the
/// same request a moment later, may do.
pub(super) fn is_connection_lost(error: &sqlx::Error) -> bool {
    match code_of(error) {
        Some(code) => {
            // Class 08: the connection. Class 57: the server ends, starts or was told to break off. 53300: too many
            // connections. 25006: read only, as a server is that was just replaced by its stand-by.
            code.starts_with("08") || code.starts_with("57") || code == "53300" || code == "25006"
        }
        None => matches!(
            error,
            sqlx::Error::Io(_) | sqlx::Error::Protocol(_) | sqlx::Error::WorkerCrashed
        ),
    }
}

/// True if PostgreSQL broke the transaction off because of another one; it does no harm to try it again.
pub(super) fn is_conflict(error: &sqlx::Error) -> bool {
    // Class 40: serialization failures and deadlocks.
    code_of(error).is_some_and(|code| code.starts_with("40"))
}

/// Why no connection can be made, with what to do about it; `None` if it may be otherwise in a moment.
pub(super) fn refusal(options: &PgConnectOptions, error: &sqlx::Error) -> Option<StoreError> {
    let name = options.get_database().unwrap_or(options.get_username());
    let hint = match (code_of(error).as_deref(), error) {
        (Some("28P01"), _) => format!(
            "check the password of user `{}` in the address",
            options.get_username()
        ),
        (Some("28000"), _) => format!(
            "check the user `{}`, and whether pg_hba.conf lets it in from here",
            options.get_username()
        ),
        (Some("3D000"), _) => format!("make the database first: CREATE DATABASE \"{name}\""),
        (Some("3F000"), _) => format!(
            "make the schema that `search_path` names first: CREATE SCHEMA ... AUTHORIZATION \"{}\"",
            options.get_username()
        ),
        (Some("42501"), _) => format!(
            "the user `{}` may not do this; make it the owner of the database",
            options.get_username()
        ),
        (_, error) if is_tls(error) => {
            "check `sslmode` and `sslrootcert` in the address, and whether the server offers TLS"
                .to_owned()
        }
        (_, sqlx::Error::Configuration(_)) => {
            "check the address; it looks like postgres://user:password@host:5432/database"
                .to_owned()
        }
        _ => return None,
    };
    Some(StoreError::Refused {
        database: address(options),
        why: words(error),
        hint,
    })
}

/// TLS that can't be, or a certificate that is not trusted, which the driver reports as invalid data.
fn is_tls(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Tls(_) => true,
        sqlx::Error::Io(error) => error.kind() == std::io::ErrorKind::InvalidData,
        _ => false,
    }
}

/// The address as it may be shown: without the password.
pub(super) fn address(options: &PgConnectOptions) -> String {
    let place = match options.get_socket() {
        Some(path) => path.display().to_string(),
        None => format!("{}:{}", options.get_host(), options.get_port()),
    };
    format!(
        "postgres://{}@{place}/{}",
        options.get_username(),
        options.get_database().unwrap_or(options.get_username())
    )
}

/// What the database says, without the driver's frame around it.
pub(super) fn words(error: &sqlx::Error) -> String {
    match error.as_database_error() {
        Some(database) => database.message().to_owned(),
        None => error.to_string(),
    }
}

fn code_of(error: &sqlx::Error) -> Option<String> {
    error
        .as_database_error()
        .and_then(|error| error.code())
        .map(|code| code.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_shown_without_its_password() {
        let options: PgConnectOptions = "postgres://ada:secret@db.example:6000/shop"
            .parse()
            .unwrap();
        assert_eq!(address(&options), "postgres://ada@db.example:6000/shop");
    }
}
