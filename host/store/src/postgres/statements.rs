//! Runs the statements that both databases take, on PostgreSQL.

use std::time::Duration;

use async_trait::async_trait;
use sqlx::{
    Arguments as _, AssertSqlSafe, Column as _, Connection, PgConnection, Row as _, TypeInfo as _,
    ValueRef as _,
    postgres::{PgArguments, PgRow},
};
use tokio::time::Instant;

use super::{
    Shared,
    connections::{Connections, Failure},
    errors::{from_sqlx, is_conflict},
};
use crate::{
    error::StoreError,
    sql::{Cell, Dialect, Row, Sql, Statement, Value},
};

/// So long a call waits for a database that went away, as clients wait for an answer; then they are told.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);
/// Between two tries while the database is away.
pub(super) const PAUSE: Duration = Duration::from_millis(100);
/// Times that a short write is tried when another transaction is in its way.
const WRITES: usize = 3;

#[async_trait]
impl Sql for Shared {
    fn dialect(&self) -> Dialect {
        Dialect::Postgres
    }

    async fn read(
        &self,
        doing: &'static str,
        statement: Statement,
    ) -> Result<Vec<Row>, StoreError> {
        statement.check_texts()?;
        self.patiently(doing, &statement).await
    }

    async fn transact(
        &self,
        doing: &'static str,
        first: Statement,
        rest: Vec<Statement>,
    ) -> Result<Vec<Row>, StoreError> {
        first.check_texts()?;
        rest.iter().try_for_each(Statement::check_texts)?;
        let mut tries = 1;
        loop {
            let written = self.connections.once(&first, &rest).await;
            match written {
                Err(Failure::Refused(error)) if is_conflict(&error) && tries < WRITES => tries += 1,
                other => return other.map_err(|failure| failure.doing(doing)),
            }
        }
    }
}

impl Shared {
    /// Runs a statement that may happen twice, and waits for a database that is away.
    pub(super) async fn patiently(
        &self,
        doing: &'static str,
        statement: &Statement,
    ) -> Result<Vec<Row>, StoreError> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            match self.connections.once(statement, &[]).await {
                Err(Failure::Lost(_)) if Instant::now() < deadline => {
                    tokio::time::sleep(PAUSE).await;
                }
                other => return other.map_err(|failure| failure.doing(doing)),
            }
        }
    }
}

impl Connections {
    /// One try.
    async fn once(&self, first: &Statement, rest: &[Statement]) -> Result<Vec<Row>, Failure> {
        let mut taken = self.take().await?;
        let limit = taken.limit();
        let work = transact(taken.connection(), first, rest);
        let result = tokio::time::timeout(limit, work).await;
        taken.finish(result)
    }
}

impl Failure {
    /// The store's error; `doing` names the work.
    pub(super) fn doing(self, doing: &str) -> StoreError {
        match self {
            Self::Refused(error) => from_sqlx(doing, error),
            Self::Lost(error) => super::errors::unavailable(doing, error),
            Self::Closed => StoreError::Closed,
        }
    }
}

async fn transact(
    connection: &mut PgConnection,
    first: &Statement,
    rest: &[Statement],
) -> Result<Vec<Row>, sqlx::Error> {
    if rest.is_empty() {
        return fetch(connection, first).await;
    }
    let mut transaction = connection.begin().await?;
    let rows = fetch(&mut transaction, first).await?;
    if rows.is_empty() {
        transaction.rollback().await?;
        return Ok(rows);
    }
    for statement in rest {
        fetch(&mut transaction, statement).await?;
    }
    transaction.commit().await?;
    Ok(rows)
}

/// Runs one statement, in the transaction of the connection if there is one.
pub(super) async fn fetch(
    connection: &mut PgConnection,
    statement: &Statement,
) -> Result<Vec<Row>, sqlx::Error> {
    // Filters are too many kinds to be kept prepared.
    let keep = matches!(statement.text, std::borrow::Cow::Borrowed(_));
    let arguments = arguments(&statement.values)?;
    // Safe: every value is a parameter.
    let text = AssertSqlSafe(statement.text.to_string());
    let rows = sqlx::query_with(text, arguments)
        .persistent(keep)
        .fetch_all(connection)
        .await?;
    rows.iter().map(row_of).collect()
}

fn arguments(values: &[Value]) -> Result<PgArguments, sqlx::Error> {
    let mut arguments = PgArguments::default();
    for value in values {
        match value {
            Value::Integer(value) => arguments.add(value),
            Value::Float(value) => arguments.add(value),
            Value::Text(value) => arguments.add(value),
            Value::Bytes(value) => arguments.add(value),
        }
        .map_err(sqlx::Error::Encode)?;
    }
    Ok(arguments)
}

fn row_of(row: &PgRow) -> Result<Row, sqlx::Error> {
    let cell = |index: usize| {
        if row.try_get_raw(index)?.is_null() {
            return Ok(Cell::Null);
        }
        Ok(match row.column(index).type_info().name() {
            "INT8" => Cell::Integer(row.try_get(index)?),
            "INT4" => Cell::Integer(row.try_get::<i32, _>(index)?.into()),
            "INT2" => Cell::Integer(row.try_get::<i16, _>(index)?.into()),
            "BOOL" => Cell::Integer(row.try_get::<bool, _>(index)?.into()),
            "FLOAT8" => Cell::Float(row.try_get(index)?),
            "BYTEA" => Cell::Bytes(row.try_get(index)?),
            _ => Cell::Text(row.try_get(index)?),
        })
    };
    (0..row.len())
        .map(cell)
        .collect::<Result<_, sqlx::Error>>()
        .map(Row)
}
