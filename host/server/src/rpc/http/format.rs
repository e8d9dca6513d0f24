//! How a client wants its JSON: with payloads in short or in full, on one line or indented.

use axum::http::{HeaderMap, HeaderName, header};

/// A form of JSON. The names are Temporal's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Format {
    /// Whether payloads are written as the values that they hold, where that can be.
    pub(super) has_short_payloads: bool,
    /// Whether it is indented.
    pub(super) is_pretty: bool,
}

/// Those that have a name of their own.
const NAMED: [(&str, Format); 3] = [
    (
        "application/json+pretty",
        Format {
            has_short_payloads: true,
            is_pretty: true,
        },
    ),
    (
        "application/json+no-payload-shorthand",
        Format {
            has_short_payloads: false,
            is_pretty: false,
        },
    ),
    (
        "application/json+pretty+no-payload-shorthand",
        Format {
            has_short_payloads: false,
            is_pretty: true,
        },
    ),
];

/// What everybody gets who asks for nothing else.
const USUAL: Format = Format {
    has_short_payloads: true,
    is_pretty: false,
};

impl Format {
    /// The form of a request's body.
    pub(super) fn of_request(headers: &HeaderMap) -> Self {
        named(headers, header::CONTENT_TYPE).unwrap_or(USUAL)
    }

    /// The form of the answer: what the query asks for, else what is accepted, else that of the request.
    pub(super) fn of_answer(headers: &HeaderMap, query: &str) -> Self {
        let asks_for = |name: &str| {
            query
                .split('&')
                .any(|pair| pair.split('=').next() == Some(name))
        };
        let (is_pretty, is_long) = (asks_for("pretty"), asks_for("noPayloadShorthand"));
        if is_pretty || is_long {
            return Self {
                has_short_payloads: !is_long,
                is_pretty,
            };
        }
        named(headers, header::ACCEPT).unwrap_or_else(|| Self::of_request(headers))
    }

    /// The name of this form.
    pub(super) fn content_type(self) -> &'static str {
        NAMED
            .iter()
            .find(|(_, format)| *format == self)
            .map_or("application/json", |(name, _)| *name)
    }
}

fn named(headers: &HeaderMap, header: HeaderName) -> Option<Format> {
    let values = headers.get_all(header).into_iter();
    values
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|value| value.split(';').next().unwrap_or(value).trim())
        .find_map(|value| {
            NAMED
                .iter()
                .find(|(name, _)| *name == value)
                .map(|(_, format)| *format)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(accept: &str, content_type: &str, query: &str) -> &'static str {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT, accept.parse().expect("is a header"));
        let content_type = content_type.parse().expect("is a header");
        headers.insert(header::CONTENT_TYPE, content_type);
        Format::of_answer(&headers, query).content_type()
    }

    #[test]
    fn the_query_goes_before_what_is_accepted_and_that_before_what_was_sent() {
        let (pretty, long) = (
            "application/json+pretty",
            "application/json+no-payload-shorthand",
        );
        assert_eq!(check("*/*", "application/json", ""), "application/json");
        assert_eq!(check("*/*", long, "query=pretty"), long);
        assert_eq!(check(&format!("text/html, {pretty};q=1"), long, ""), pretty);
        assert_eq!(check(pretty, pretty, "noPayloadShorthand"), long);
        assert_eq!(
            check("*/*", "", "a=b&pretty=&noPayloadShorthand=true"),
            "application/json+pretty+no-payload-shorthand"
        );
    }
}
