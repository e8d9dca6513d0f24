//! Runs a transaction. sqlx hands each statement to another thread and back, which costs more than SQLite's own work
//! on it; so a transaction goes as one script of many statements, if it has no more than 64 rows in any table.

use std::{collections::HashMap, ops::Range, sync::Arc};

use sqlx::{AssertSqlSafe, SqliteConnection};

use super::{
    rows::{Arguments, MAX_ROWS, size_of},
    tables::{Rows, Table},
};

/// Texts remembered; when there are more, all are forgotten. The driver keeps the latest ones prepared.
const MAX_TEXTS: usize = 512;

/// What tells scripts apart: whether it is the whole transaction, and the size of each table's statement (plus one).
type Shape = (bool, [u8; Table::ALL.len()]);

/// The texts of scripts that were run before.
#[derive(Default)]
pub(super) struct Scripts {
    texts: HashMap<Shape, Arc<str>>,
}

impl Scripts {
    /// Writes the rows in one transaction: all of them or, on an error, none.
    pub(super) async fn run(
        &mut self,
        connection: &mut SqliteConnection,
        rows: &Rows<'_>,
    ) -> Result<(), sqlx::Error> {
        let most = Table::ALL
            .into_iter()
            .map(|table| table.rows(rows))
            .max()
            .unwrap_or(0);
        let result = match most {
            0 => return Ok(()),
            1..=MAX_ROWS => self.run_part(connection, rows, 0, true).await,
            _ => self.run_in_parts(connection, rows, most).await,
        };
        if result.is_err() {
            // SQLite may have rolled back by itself, then this fails, which is as well.
            let _ = sqlx::query("ROLLBACK").execute(connection).await;
        }
        result
    }

    async fn run_in_parts(
        &mut self,
        connection: &mut SqliteConnection,
        rows: &Rows<'_>,
        most: usize,
    ) -> Result<(), sqlx::Error> {
        sqlx::query("BEGIN").execute(&mut *connection).await?;
        for first in (0..most).step_by(MAX_ROWS) {
            self.run_part(connection, rows, first, false).await?;
        }
        sqlx::query("COMMIT").execute(connection).await.map(|_| ())
    }

    /// Writes the rows of each table from `first` on that fit into one statement.
    async fn run_part(
        &mut self,
        connection: &mut SqliteConnection,
        rows: &Rows<'_>,
        first: usize,
        whole: bool,
    ) -> Result<(), sqlx::Error> {
        let parts = Table::ALL.map(|table| {
            let count = table.rows(rows);
            (table, first.min(count)..count.min(first + MAX_ROWS))
        });
        let text = self.text(whole, &parts);
        let mut arguments = Arguments::default();
        for (table, range) in parts.into_iter().filter(|(_, range)| !range.is_empty()) {
            table.statement().bind(range, &mut arguments, |index, to| {
                table.bind(rows, index, to)
            });
        }
        // Safe: the text is made of our own statements, every value is an argument.
        sqlx::query_with(AssertSqlSafe(text), arguments.finish()?)
            .execute(connection)
            .await
            .map(|_| ())
    }

    fn text(&mut self, whole: bool, parts: &[(Table, Range<usize>)]) -> Arc<str> {
        let mut shape: Shape = (whole, [0; Table::ALL.len()]);
        for (slot, (_, range)) in shape.1.iter_mut().zip(parts) {
            *slot = if range.is_empty() {
                0
            } else {
                1 + size_of(range.len()) as u8
            };
        }
        if let Some(text) = self.texts.get(&shape) {
            return Arc::clone(text);
        }
        if self.texts.len() >= MAX_TEXTS {
            self.texts.clear();
        }
        let writes = parts
            .iter()
            .filter(|(_, range)| !range.is_empty())
            .map(|(table, range)| table.statement().text(range.len()));
        let steps: Vec<&str> = if whole {
            std::iter::once("BEGIN")
                .chain(writes)
                .chain(std::iter::once("COMMIT"))
                .collect()
        } else {
            writes.collect()
        };
        let text: Arc<str> = steps.join("; ").into();
        self.texts.insert(shape, Arc::clone(&text));
        text
    }
}
