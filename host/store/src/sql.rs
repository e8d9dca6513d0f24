//! What the statements of both databases have in common: values that go in, rows that come out, and who runs them.
//!
//! Texts name their parameters `$1`, `$2`, ..., which SQLite and PostgreSQL both understand. Where the two differ,
//! [`Dialect`] says how. Commits are not run through this: each database has its own fastest way.

use std::borrow::Cow;

use async_trait::async_trait;

use crate::error::StoreError;

/// A value of a parameter. Null has a type, because PostgreSQL wants one.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    Integer(Option<i64>),
    Float(f64),
    Text(Option<String>),
    Bytes(Option<Vec<u8>>),
}

/// A value of a row.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Cell {
    Null,
    Integer(i64),
    Float(f64),
    Text(String),
    Bytes(Vec<u8>),
}

/// A row, as it was read.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Row(pub(crate) Vec<Cell>);

/// One statement with its values.
#[derive(Clone, Debug)]
pub(crate) struct Statement {
    pub(crate) text: Cow<'static, str>,
    pub(crate) values: Vec<Value>,
}

/// How one database writes what the other writes differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    Sqlite,
    Postgres,
}

impl Dialect {
    /// No bytes, as a literal.
    pub(crate) fn empty_bytes(self) -> &'static str {
        match self {
            Self::Sqlite => "x''",
            Self::Postgres => "''::bytea",
        }
    }

    /// Bytes as lower-case hexadecimal digits.
    pub(crate) fn hex(self, column: &str) -> String {
        match self {
            Self::Sqlite => format!("lower(hex({column}))"),
            Self::Postgres => format!("encode({column}, 'hex')"),
        }
    }

    /// True if rows of runs hold keys of names (workflow types, task queues, versions) instead of the names: SQLite's
    /// rows are the dearer ones to make wide, PostgreSQL's statements the dearer ones to add.
    pub(crate) fn has_name_keys(self) -> bool {
        match self {
            Self::Sqlite => true,
            Self::Postgres => false,
        }
    }

    /// The name that a column of a run stands for.
    pub(crate) fn name_of(self, column: &str) -> String {
        if self.has_name_keys() {
            format!("(SELECT name FROM names WHERE name_key = {column})")
        } else {
            column.to_owned()
        }
    }

    /// What a column of a run holds for a name that is given as a parameter.
    pub(crate) fn name_key(self, parameter: &str) -> String {
        if self.has_name_keys() {
            format!("(SELECT name_key FROM names WHERE name = {parameter})")
        } else {
            parameter.to_owned()
        }
    }

    /// The table of runs, read through an index where the database has to be told.
    pub(crate) fn runs_by(self, index: &str) -> String {
        match self {
            Self::Sqlite => format!("runs INDEXED BY {index}"),
            Self::Postgres => "runs".to_owned(),
        }
    }
}

/// A database that runs statements. Each call is a transaction of its own.
#[async_trait]
pub(crate) trait Sql: Send + Sync {
    fn dialect(&self) -> Dialect;

    /// Reads. `doing` names the work in errors, as in "reading a task queue".
    async fn read(&self, doing: &'static str, statement: Statement)
    -> Result<Vec<Row>, StoreError>;

    /// Writes, durably.
    async fn write(
        &self,
        doing: &'static str,
        statement: Statement,
    ) -> Result<Vec<Row>, StoreError> {
        self.transact(doing, statement, Vec::new()).await
    }

    /// Writes all statements in one transaction, and gives the rows of the first. If that one gives none, nothing is
    /// written: it is the guard of the others.
    async fn transact(
        &self,
        doing: &'static str,
        first: Statement,
        rest: Vec<Statement>,
    ) -> Result<Vec<Row>, StoreError>;
}

impl Statement {
    /// Refuses texts that not every database can hold.
    pub(crate) fn check_texts(&self) -> Result<(), StoreError> {
        for value in &self.values {
            match value {
                Value::Text(Some(text)) if text.contains('\0') => {
                    return Err(StoreError::ZeroByte { text: text.clone() });
                }
                Value::Text(_) | Value::Integer(_) | Value::Float(_) | Value::Bytes(_) => {}
            }
        }
        Ok(())
    }

    /// A statement that is the same each time but for its values.
    pub(crate) fn new(text: &'static str) -> Self {
        Self {
            text: Cow::Borrowed(text),
            values: Vec::new(),
        }
    }

    /// The value of the next parameter.
    pub(crate) fn bind(mut self, value: impl Into<Value>) -> Self {
        self.values.push(value.into());
        self
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Integer(Some(value))
    }
}

impl From<Option<i64>> for Value {
    fn from(value: Option<i64>) -> Self {
        Self::Integer(value)
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::Text(Some(value.to_owned()))
    }
}

impl From<&String> for Value {
    fn from(value: &String) -> Self {
        Self::Text(Some(value.clone()))
    }
}

impl From<Option<&str>> for Value {
    fn from(value: Option<&str>) -> Self {
        Self::Text(value.map(str::to_owned))
    }
}

impl From<&[u8]> for Value {
    fn from(value: &[u8]) -> Self {
        Self::Bytes(Some(value.to_vec()))
    }
}

impl From<Vec<u8>> for Value {
    fn from(value: Vec<u8>) -> Self {
        Self::Bytes(Some(value))
    }
}

impl From<Option<Vec<u8>>> for Value {
    fn from(value: Option<Vec<u8>>) -> Self {
        Self::Bytes(value)
    }
}

impl From<sundial_core::NamespaceId> for Value {
    fn from(id: sundial_core::NamespaceId) -> Self {
        id.0.as_bytes().as_slice().into()
    }
}

impl From<sundial_core::RunId> for Value {
    fn from(id: sundial_core::RunId) -> Self {
        id.0.as_bytes().as_slice().into()
    }
}

impl Row {
    pub(crate) fn integer(&self, index: usize) -> Result<i64, StoreError> {
        match self.0.get(index) {
            Some(Cell::Integer(value)) => Ok(*value),
            other => Err(unexpected(index, "a number", other)),
        }
    }

    pub(crate) fn small(&self, index: usize) -> Result<i32, StoreError> {
        let value = self.integer(index)?;
        value.try_into().map_err(|_| StoreError::Corrupt {
            what: format!("column {index} is {value}, which is out of range"),
        })
    }

    pub(crate) fn integer_or_null(&self, index: usize) -> Result<Option<i64>, StoreError> {
        match self.0.get(index) {
            Some(Cell::Null) => Ok(None),
            _ => self.integer(index).map(Some),
        }
    }

    pub(crate) fn text(&self, index: usize) -> Result<&str, StoreError> {
        match self.0.get(index) {
            Some(Cell::Text(value)) => Ok(value),
            other => Err(unexpected(index, "a text", other)),
        }
    }

    pub(crate) fn text_or_null(&self, index: usize) -> Result<Option<&str>, StoreError> {
        match self.0.get(index) {
            Some(Cell::Null) => Ok(None),
            _ => self.text(index).map(Some),
        }
    }

    pub(crate) fn bytes(&self, index: usize) -> Result<&[u8], StoreError> {
        match self.0.get(index) {
            Some(Cell::Bytes(value)) => Ok(value),
            other => Err(unexpected(index, "bytes", other)),
        }
    }

    pub(crate) fn bytes_or_null(&self, index: usize) -> Result<Option<&[u8]>, StoreError> {
        match self.0.get(index) {
            Some(Cell::Null) => Ok(None),
            _ => self.bytes(index).map(Some),
        }
    }

    /// The bytes themselves; they are large, and nothing else of the row is needed afterwards.
    pub(crate) fn take_bytes(&mut self, index: usize) -> Result<Vec<u8>, StoreError> {
        match self.0.get_mut(index) {
            Some(Cell::Bytes(value)) => Ok(std::mem::take(value)),
            other => Err(unexpected(index, "bytes", other.as_deref())),
        }
    }
}

fn unexpected(index: usize, wanted: &str, found: Option<&Cell>) -> StoreError {
    let found = match found {
        None => "missing",
        Some(Cell::Null) => "null",
        Some(Cell::Integer(_)) => "a number",
        Some(Cell::Float(_)) => "a fraction",
        Some(Cell::Text(_)) => "a text",
        Some(Cell::Bytes(_)) => "bytes",
    };
    StoreError::Corrupt {
        what: format!("column {index} of a row is {found} instead of {wanted}"),
    }
}
