//! What a column's value is compared with, whatever its type.

/// The six ordinary comparisons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// A test of one column. As in SQL, an absent value passes nothing but `Missing`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Check<V> {
    Compare(Comparison, V),
    OneOf(Vec<V>),
    NoneOf(Vec<V>),
    Between(V, V),
    NotBetween(V, V),
    StartsWith(V),
    NotStartsWith(V),
    Missing,
    Present,
}

impl Comparison {
    /// As SQL writes it.
    pub(crate) fn sql(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
        }
    }

    fn negated(self) -> Self {
        match self {
            Self::Equal => Self::NotEqual,
            Self::NotEqual => Self::Equal,
            Self::Less => Self::GreaterOrEqual,
            Self::LessOrEqual => Self::Greater,
            Self::Greater => Self::LessOrEqual,
            Self::GreaterOrEqual => Self::Less,
        }
    }
}

impl<V> Check<V> {
    /// Passes exactly what this does not pass, absent values aside.
    pub(super) fn negated(self) -> Self {
        match self {
            Self::Compare(comparison, value) => Self::Compare(comparison.negated(), value),
            Self::OneOf(values) => Self::NoneOf(values),
            Self::NoneOf(values) => Self::OneOf(values),
            Self::Between(low, high) => Self::NotBetween(low, high),
            Self::NotBetween(low, high) => Self::Between(low, high),
            Self::StartsWith(prefix) => Self::NotStartsWith(prefix),
            Self::NotStartsWith(prefix) => Self::StartsWith(prefix),
            Self::Missing => Self::Present,
            Self::Present => Self::Missing,
        }
    }

    /// The same test with converted values.
    pub(crate) fn try_map<W, E>(
        self,
        mut convert: impl FnMut(V) -> Result<W, E>,
    ) -> Result<Check<W>, E> {
        Ok(match self {
            Self::Compare(comparison, value) => Check::Compare(comparison, convert(value)?),
            Self::OneOf(values) => {
                Check::OneOf(values.into_iter().map(convert).collect::<Result<_, _>>()?)
            }
            Self::NoneOf(values) => {
                Check::NoneOf(values.into_iter().map(convert).collect::<Result<_, _>>()?)
            }
            Self::Between(low, high) => Check::Between(convert(low)?, convert(high)?),
            Self::NotBetween(low, high) => Check::NotBetween(convert(low)?, convert(high)?),
            Self::StartsWith(prefix) => Check::StartsWith(convert(prefix)?),
            Self::NotStartsWith(prefix) => Check::NotStartsWith(convert(prefix)?),
            Self::Missing => Check::Missing,
            Self::Present => Check::Present,
        })
    }
}

impl Check<&str> {
    /// Whether a present value passes.
    pub(super) fn passes(&self, value: &str) -> bool {
        match self {
            Self::Compare(Comparison::Equal, other) => value == *other,
            Self::Compare(Comparison::NotEqual, other) => value != *other,
            Self::Compare(Comparison::Less, other) => value < *other,
            Self::Compare(Comparison::LessOrEqual, other) => value <= *other,
            Self::Compare(Comparison::Greater, other) => value > *other,
            Self::Compare(Comparison::GreaterOrEqual, other) => value >= *other,
            Self::OneOf(values) => values.contains(&value),
            Self::NoneOf(values) => !values.contains(&value),
            Self::Between(low, high) => (*low..=*high).contains(&value),
            Self::NotBetween(low, high) => !(*low..=*high).contains(&value),
            Self::StartsWith(prefix) => value.starts_with(*prefix),
            Self::NotStartsWith(prefix) => !value.starts_with(*prefix),
            Self::Missing => false,
            Self::Present => true,
        }
    }
}
