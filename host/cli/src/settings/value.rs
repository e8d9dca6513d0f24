//! How the text of a setting becomes a value, and a value text.

use std::{
    fmt,
    net::{IpAddr, SocketAddr},
    path::PathBuf,
};

use sundial_server::HttpApi;

/// A type that a setting may have.
pub(crate) trait FromText: Sized {
    /// Reads a value; the error says what was expected.
    fn from_text(text: &str) -> Result<Self, &'static str>;
    /// What `sundial config` shows.
    fn to_text(&self) -> String;
}

impl FromText for String {
    fn from_text(text: &str) -> Result<Self, &'static str> {
        Ok(text.to_owned())
    }
    fn to_text(&self) -> String {
        self.clone()
    }
}

impl FromText for u16 {
    fn from_text(text: &str) -> Result<Self, &'static str> {
        text.parse().map_err(|_| "a number from 0 to 65535")
    }
    fn to_text(&self) -> String {
        self.to_string()
    }
}

impl FromText for u64 {
    fn from_text(text: &str) -> Result<Self, &'static str> {
        text.parse().map_err(|_| "a whole number")
    }
    fn to_text(&self) -> String {
        self.to_string()
    }
}

impl FromText for IpAddr {
    fn from_text(text: &str) -> Result<Self, &'static str> {
        text.parse().map_err(|_| "an IP address")
    }
    fn to_text(&self) -> String {
        self.to_string()
    }
}

impl FromText for PathBuf {
    fn from_text(text: &str) -> Result<Self, &'static str> {
        Ok(Self::from(text))
    }
    fn to_text(&self) -> String {
        self.display().to_string()
    }
}

impl FromText for bool {
    fn from_text(text: &str) -> Result<Self, &'static str> {
        text.parse().map_err(|_| "true or false")
    }
    fn to_text(&self) -> String {
        self.to_string()
    }
}

impl FromText for SocketAddr {
    fn from_text(text: &str) -> Result<Self, &'static str> {
        text.parse()
            .map_err(|_| "an IP address with a port, such as 127.0.0.1:9090")
    }
    fn to_text(&self) -> String {
        self.to_string()
    }
}

impl FromText for HttpApi {
    fn from_text(text: &str) -> Result<Self, &'static str> {
        match text {
            "off" => Ok(Self::Off),
            "beside" => Ok(Self::Beside),
            port => port
                .parse()
                .map(Self::At)
                .map_err(|_| "a number from 0 to 65535, `beside` or `off`"),
        }
    }
    fn to_text(&self) -> String {
        match self {
            Self::Off => "off".to_owned(),
            Self::Beside => "beside".to_owned(),
            Self::At(port) => port.to_string(),
        }
    }
}

impl<T: FromText> FromText for Option<T> {
    fn from_text(text: &str) -> Result<Self, &'static str> {
        T::from_text(text).map(Some)
    }
    fn to_text(&self) -> String {
        self.as_ref().map(T::to_text).unwrap_or_default()
    }
}

/// A value that is never shown.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Secret(pub(crate) String);

impl FromText for Secret {
    fn from_text(text: &str) -> Result<Self, &'static str> {
        Ok(Self(text.to_owned()))
    }
    fn to_text(&self) -> String {
        "(not shown)".to_owned()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_text())
    }
}

impl FromText for Vec<String> {
    fn from_text(text: &str) -> Result<Self, &'static str> {
        let names: Self = text
            .split(',')
            .map(|name| name.trim().to_owned())
            .filter(|name| !name.is_empty())
            .collect();
        if names.is_empty() {
            Err("a list of names, separated by commas")
        } else {
            Ok(names)
        }
    }
    fn to_text(&self) -> String {
        self.join(",")
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

/// Where a server keeps its data.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum DatabaseAddress {
    /// A SQLite file.
    File(PathBuf),
    /// The address of a PostgreSQL database, with its password.
    Postgres(String),
}

impl FromText for DatabaseAddress {
    fn from_text(text: &str) -> Result<Self, &'static str> {
        match text.split_once("://") {
            Some(("postgres" | "postgresql", _)) => Ok(Self::Postgres(text.to_owned())),
            Some(_) => Err("a file, or an address as postgres://user:password@host:5432/database"),
            None => Ok(Self::File(PathBuf::from(text))),
        }
    }
    fn to_text(&self) -> String {
        match self {
            Self::File(path) => path.to_text(),
            Self::Postgres(address) => without_password(address),
        }
    }
}

impl fmt::Debug for DatabaseAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_text())
    }
}

/// An address without its password, and without parameters, which may be secret too. What is no address stays as it is.
pub(crate) fn without_password(text: &str) -> String {
    let Some((scheme, rest)) = text.split_once("://") else {
        return text.to_owned();
    };
    // A password may hold any of the characters that part an address, so what it ends with is looked for from behind.
    let (user, place) = match rest.rsplit_once('@') {
        Some((user, place)) => (user.split([':', '/', '?']).next(), place),
        None => (None, rest),
    };
    let place = place.split('?').next().unwrap_or(place);
    match user {
        Some(user) => format!("{scheme}://{user}@{place}"),
        None => format!("{scheme}://{place}"),
    }
}

/// A number of bytes, written as 1048576, 1024KiB or 1MiB.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ByteSize(pub(crate) u64);

const UNITS: [(&str, u64); 4] = [
    ("GiB", 1 << 30),
    ("MiB", 1 << 20),
    ("KiB", 1 << 10),
    ("B", 1),
];

impl FromText for ByteSize {
    fn from_text(text: &str) -> Result<Self, &'static str> {
        let expected = "a size such as 512MiB, 2GiB or 1048576";
        let text = text.trim();
        let (number, unit) = UNITS
            .iter()
            .find_map(|(name, bytes)| text.strip_suffix(name).map(|number| (number, *bytes)))
            .unwrap_or((text, 1));
        let number: u64 = number.trim().parse().map_err(|_| expected)?;
        number.checked_mul(unit).map(Self).ok_or(expected)
    }
    fn to_text(&self) -> String {
        self.to_string()
    }
}

impl fmt::Display for ByteSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, bytes) = UNITS
            .iter()
            .find(|(_, bytes)| self.0 >= *bytes)
            .unwrap_or(&UNITS[3]);
        match (self.0 * 10 / bytes) % 10 {
            0 => write!(f, "{}{name}", self.0 / bytes),
            tenths => write!(f, "{}.{tenths}{name}", self.0 / bytes),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_is_a_file_or_an_address_shown_without_its_password() {
        let shown = |text| DatabaseAddress::from_text(text).map(|address| address.to_text());
        assert_eq!(shown("data/sundial.db"), Ok("data/sundial.db".into()));
        assert_eq!(
            shown("postgres://ada:s@cret@db:5432/shop?sslpassword=x"),
            Ok("postgres://ada@db:5432/shop".into())
        );
        assert_eq!(
            shown("postgresql://db/shop"),
            Ok("postgresql://db/shop".into())
        );
        assert!(shown("mysql://db/shop").is_err());
    }

    #[test]
    fn secrets_are_not_printed() {
        let address = DatabaseAddress::from_text("postgres://ada:word@db/shop");
        assert_eq!(format!("{address:?}"), "Ok(postgres://ada@db/shop)");
        assert_eq!(format!("{:?}", Secret::from("word")), "(not shown)");
    }

    #[test]
    fn sizes_are_read_with_and_without_a_unit() {
        for (text, bytes) in [
            ("1", 1),
            ("2 KiB", 2048),
            ("512MiB", 512 << 20),
            ("1GiB", 1 << 30),
            ("7B", 7),
        ] {
            assert_eq!(ByteSize::from_text(text), Ok(ByteSize(bytes)), "{text}");
        }
        for text in ["", "MiB", "1MB", "-1", "99999999999GiB"] {
            assert!(ByteSize::from_text(text).is_err(), "{text}");
        }
    }

    #[test]
    fn sizes_are_shown_in_the_largest_unit_that_fits() {
        let shown = [1, 1023, 1536, 1 << 20, 5 << 29].map(|bytes| ByteSize(bytes).to_string());
        assert_eq!(shown, ["1B", "1023B", "1.5KiB", "1MiB", "2.5GiB"]);
    }
}
