//! Statements that take up to 64 rows at once, and the values that go with them.
//!
//! A statement's text depends on its size alone, and sizes are powers of two, so that the few texts stay prepared;
//! rows that are missing are null and pass through without effect.

use std::{fmt::Write, sync::OnceLock};

use sqlx::{Arguments as _, sqlite::SqliteArguments};

/// Sizes 1, 2, 4, ... 64.
const SIZES: usize = 7;
/// The most rows that a statement takes.
pub(super) const MAX_ROWS: usize = 1 << (SIZES - 1);

/// A statement for up to [`MAX_ROWS`] rows.
pub(super) struct Statement {
    head: &'static str,
    /// Values of a row.
    columns: usize,
    tail: &'static str,
    shape: Shape,
    texts: [OnceLock<String>; SIZES],
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// `head VALUES (?, ?) tail`, or the same from a list of rows whose first value is never null.
    Insert,
    /// `head (VALUES (?, ?), (?, ?)) tail`
    Join,
    /// `head (?, ?, ?) tail`
    List,
}

impl Statement {
    /// The first column must be one that is never null.
    pub(super) const fn insert(head: &'static str, columns: usize, tail: &'static str) -> Self {
        Self::new(head, columns, tail, Shape::Insert)
    }

    /// The rows stand in the middle as a table.
    pub(super) const fn join(head: &'static str, columns: usize, tail: &'static str) -> Self {
        Self::new(head, columns, tail, Shape::Join)
    }

    /// The rows are single values of an `IN`.
    pub(super) const fn list(head: &'static str) -> Self {
        Self::new(head, 1, "", Shape::List)
    }

    const fn new(head: &'static str, columns: usize, tail: &'static str, shape: Shape) -> Self {
        Self {
            head,
            columns,
            tail,
            shape,
            texts: [const { OnceLock::new() }; SIZES],
        }
    }

    /// The text for this many rows, 1 to [`MAX_ROWS`].
    pub(super) fn text(&'static self, rows: usize) -> &'static str {
        let size = size_of(rows);
        self.texts[size].get_or_init(|| {
            let count = 1_usize << size;
            let marks = |count: usize| vec!["?"; count].join(", ");
            let row = format!("({})", marks(self.columns));
            let rows = vec![row.as_str(); count].join(", ");
            let mut text = self.head.to_owned();
            match self.shape {
                Shape::Insert if count == 1 => write!(text, " VALUES {rows}{}", self.tail),
                Shape::Insert => {
                    write!(
                        text,
                        " SELECT * FROM (VALUES {rows}) WHERE column1 IS NOT NULL{}",
                        self.tail
                    )
                }
                Shape::Join => write!(text, " (VALUES {rows}) {}", self.tail),
                Shape::List => write!(text, " ({})", marks(count)),
            }
            .expect("a string takes every write");
            text
        })
    }

    /// Adds the values of these rows, and nulls up to the statement's size.
    pub(super) fn bind(
        &self,
        rows: std::ops::Range<usize>,
        to: &mut Arguments,
        bind: impl Fn(usize, &mut Arguments),
    ) {
        let missing = (1 << size_of(rows.len())) - rows.len();
        let before = to.values.len();
        for index in rows {
            bind(index, to);
        }
        for _ in 0..missing * self.columns {
            to.add(None::<i64>);
        }
        debug_assert_eq!(
            (to.values.len() - before) % self.columns,
            0,
            "{}",
            self.head
        );
    }
}

/// The index of the smallest size that takes this many rows.
pub(super) fn size_of(rows: usize) -> usize {
    rows.next_power_of_two().ilog2() as usize
}

/// Values of a statement in the making.
#[derive(Default)]
pub(super) struct Arguments {
    values: SqliteArguments,
    failed: Option<sqlx::Error>,
}

impl Arguments {
    pub(super) fn add<'t, V>(&mut self, value: V)
    where
        V: sqlx::Encode<'t, sqlx::Sqlite> + sqlx::Type<sqlx::Sqlite>,
    {
        if let Err(error) = self.values.add(value) {
            self.failed = Some(sqlx::Error::Encode(error));
        }
    }

    pub(super) fn finish(self) -> Result<SqliteArguments, sqlx::Error> {
        self.failed.map_or(Ok(self.values), Err)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static INSERT: Statement = Statement::insert("INSERT INTO t (a, b)", 2, " END");
    static LIST: Statement = Statement::list("DELETE FROM t WHERE a IN");

    #[test]
    fn texts_have_a_mark_per_column_and_row() {
        assert_eq!(INSERT.text(1), "INSERT INTO t (a, b) VALUES (?, ?) END");
        assert_eq!(
            INSERT.text(2),
            "INSERT INTO t (a, b) SELECT * FROM (VALUES (?, ?), (?, ?)) WHERE column1 IS NOT NULL END"
        );
        assert_eq!(LIST.text(3), "DELETE FROM t WHERE a IN (?, ?, ?, ?)");
    }

    #[test]
    fn sizes_are_powers_of_two() {
        for (rows, size) in [(1, 0), (2, 1), (3, 2), (4, 2), (5, 3), (33, 6), (64, 6)] {
            assert_eq!(size_of(rows), size, "{rows}");
        }
    }

    #[test]
    fn missing_rows_are_null() {
        let mut arguments = Arguments::default();
        INSERT.bind(5..8, &mut arguments, |index, to| {
            to.add(index as i64);
            to.add("b");
        });
        assert_eq!(arguments.finish().unwrap().len(), 8);
    }
}
