//! Jobs as records: what the server does by itself on a user's behalf. What a job is about is its body, which the
//! store does not read.

use sundial_core::{NamespaceId, Timestamp};

/// What kind of job it is. Ids are apart per kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum JobKind {
    /// Starts runs at the times of a calendar.
    Schedule,
    /// Does one thing to many runs.
    BatchOperation,
    /// Removes a namespace with all that is in it. There is one at most, with an empty id.
    NamespaceDeletion,
    /// Does nothing itself: names the batch operation that runs. There is one at most, with an empty id.
    BatchSlot,
}

impl JobKind {
    /// As rows hold it: never changed.
    pub(crate) const fn number(self) -> i16 {
        match self {
            Self::Schedule => 1,
            Self::BatchOperation => 2,
            Self::NamespaceDeletion => 3,
            Self::BatchSlot => 4,
        }
    }

    pub(crate) const fn of_number(number: i16) -> Option<Self> {
        match number {
            1 => Some(Self::Schedule),
            2 => Some(Self::BatchOperation),
            3 => Some(Self::NamespaceDeletion),
            4 => Some(Self::BatchSlot),
            _ => None,
        }
    }
}

/// Which job.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct JobKey {
    /// The namespace.
    pub namespace_id: NamespaceId,
    /// The kind.
    pub kind: JobKind,
    /// Unique among those of its kind in the namespace.
    pub id: String,
}

/// A job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// Which one.
    pub key: JobKey,
    /// Counts the changes: 1 when created.
    pub revision: i64,
    /// Lists are in this order, latest first.
    pub created_at: Timestamp,
    /// When it must be looked at; `None` if nothing of it is due by itself.
    pub wake_at: Option<Timestamp>,
    /// The rest, in the server's own encoding.
    pub body: Vec<u8>,
}

/// A job that wants to be woken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobWake {
    /// Which one.
    pub key: JobKey,
    /// When.
    pub at: Timestamp,
    /// The store's own number of the job, which orders those of the same moment.
    pub row: i64,
}

/// The place of a job in the order of lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobCursor {
    /// Its creation.
    pub created_at: Timestamp,
    /// Its id, which orders those of the same moment.
    pub id: String,
}

impl JobCursor {
    /// The opaque token between two pages of a list.
    #[must_use]
    pub fn to_token(&self) -> Vec<u8> {
        let mut token = self.created_at.0.to_be_bytes().to_vec();
        token.extend(self.id.as_bytes());
        token
    }

    /// Reads a token; `None` for what is none.
    #[must_use]
    pub fn from_token(token: &[u8]) -> Option<Self> {
        let (at, id) = token.split_first_chunk::<8>()?;
        Some(Self {
            created_at: Timestamp(i64::from_be_bytes(*at)),
            id: String::from_utf8(id.to_vec()).ok()?,
        })
    }
}

impl Job {
    /// Its place in the order of lists.
    #[must_use]
    pub fn cursor(&self) -> JobCursor {
        JobCursor {
            created_at: self.created_at,
            id: self.key.id.clone(),
        }
    }
}
