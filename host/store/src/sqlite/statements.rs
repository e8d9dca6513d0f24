//! Runs the statements that both databases take, on SQLite.

use async_trait::async_trait;
use sqlx::{
    AssertSqlSafe, Connection, Row as _, SqliteConnection, TypeInfo, ValueRef,
    sqlite::{SqliteArguments, SqliteRow},
};

use super::{Shared, errors::while_doing};
use crate::{
    error::StoreError,
    sql::{Cell, Dialect, Row, Sql, Statement, Value},
};

#[async_trait]
impl Sql for Shared {
    fn dialect(&self) -> Dialect {
        Dialect::Sqlite
    }

    async fn read(
        &self,
        doing: &'static str,
        statement: Statement,
    ) -> Result<Vec<Row>, StoreError> {
        statement.check_texts()?;
        let mut connection = self.read.take().await?;
        fetch(&mut connection, statement)
            .await
            .map_err(while_doing(doing))
    }

    async fn write(
        &self,
        doing: &'static str,
        statement: Statement,
    ) -> Result<Vec<Row>, StoreError> {
        statement.check_texts()?;
        let mut connection = self.write.take().await?;
        fetch(&mut connection, statement)
            .await
            .map_err(while_doing(doing))
    }

    async fn transact(
        &self,
        doing: &'static str,
        first: Statement,
        rest: Vec<Statement>,
    ) -> Result<Vec<Row>, StoreError> {
        first.check_texts()?;
        rest.iter().try_for_each(Statement::check_texts)?;
        let mut connection = self.write.take().await?;
        let done: Result<Vec<Row>, sqlx::Error> = async {
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
        .await;
        done.map_err(while_doing(doing))
    }
}

/// Runs one statement, in the transaction of the connection if there is one.
pub(super) async fn fetch(
    connection: &mut SqliteConnection,
    statement: Statement,
) -> Result<Vec<Row>, sqlx::Error> {
    // Filters are too many kinds to be kept prepared.
    let keep = matches!(statement.text, std::borrow::Cow::Borrowed(_));
    let arguments = arguments(statement.values)?;
    // Safe: every value is a parameter.
    let text = AssertSqlSafe(statement.text.into_owned());
    let rows = sqlx::query_with(text, arguments)
        .persistent(keep)
        .fetch_all(connection)
        .await?;
    rows.iter().map(row_of).collect()
}

fn arguments(values: Vec<Value>) -> Result<SqliteArguments, sqlx::Error> {
    use sqlx::Arguments as _;
    let mut arguments = SqliteArguments::default();
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

fn row_of(row: &SqliteRow) -> Result<Row, sqlx::Error> {
    let cell = |index: usize| {
        let value = row.try_get_raw(index)?;
        if value.is_null() {
            return Ok(Cell::Null);
        }
        Ok(match value.type_info().name() {
            "INTEGER" => Cell::Integer(row.try_get(index)?),
            "REAL" => Cell::Float(row.try_get(index)?),
            "BLOB" => Cell::Bytes(row.try_get(index)?),
            _ => Cell::Text(row.try_get(index)?),
        })
    };
    (0..row.len())
        .map(cell)
        .collect::<Result<_, sqlx::Error>>()
        .map(Row)
}
