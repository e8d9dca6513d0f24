//! The opaque token between two pages of a list: where the last page ended, and of which list.

use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};

use sundial_core::{Archetype, NamespaceId};

use crate::error::StoreError;

/// The place of a run in the order of lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ListPosition {
    pub(crate) close_time: i64,
    pub(crate) start_time: i64,
    pub(crate) run: i64,
}

/// Changes when the token's meaning does.
const VERSION: u8 = 1;
const TOKEN_BYTES: usize = 1 + 4 * 8;

/// Which list: of which namespace, of which kind of execution, by which filter.
pub(crate) type ListName<'a> = (NamespaceId, Archetype, &'a str);

impl ListPosition {
    /// The token for the page after this position.
    pub(crate) fn to_token(self, list: ListName<'_>) -> Vec<u8> {
        let mut token = Vec::with_capacity(TOKEN_BYTES);
        token.push(VERSION);
        token.extend(fingerprint(list).to_be_bytes());
        token.extend(self.close_time.to_be_bytes());
        token.extend(self.start_time.to_be_bytes());
        token.extend(self.run.to_be_bytes());
        token
    }

    /// Reads a token; `None` for the empty one. A token of another list is refused.
    pub(crate) fn from_token(token: &[u8], list: ListName<'_>) -> Result<Option<Self>, StoreError> {
        if token.is_empty() {
            return Ok(None);
        }
        let fields: &[u8; TOKEN_BYTES] =
            token.try_into().map_err(|_| StoreError::InvalidPageToken)?;
        let field = |index: usize| {
            let mut bytes = [0; 8];
            bytes.copy_from_slice(&fields[1 + index * 8..][..8]);
            i64::from_be_bytes(bytes)
        };
        if fields[0] != VERSION || field(0).cast_unsigned() != fingerprint(list) {
            return Err(StoreError::InvalidPageToken);
        }
        Ok(Some(Self {
            close_time: field(1),
            start_time: field(2),
            run: field(3),
        }))
    }
}

/// The same in every process of one build, which is as long as a token lives.
fn fingerprint(list: ListName<'_>) -> u64 {
    BuildHasherDefault::<DefaultHasher>::default().hash_one(list)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_taken_back_only_for_its_own_list() {
        let namespace = NamespaceId(uuid::Uuid::from_u128(5));
        let position = ListPosition {
            close_time: i64::MAX,
            start_time: -7,
            run: 42,
        };
        let list = (namespace, Archetype::Workflow, "a = 1");
        let token = position.to_token(list);
        assert_eq!(
            ListPosition::from_token(&token, list).unwrap(),
            Some(position)
        );
        assert_eq!(ListPosition::from_token(&[], list).unwrap(), None);
        let other = NamespaceId(uuid::Uuid::from_u128(6));
        for (token, list) in [
            (token.as_slice(), (namespace, Archetype::Workflow, "a = 2")),
            (&token, (other, Archetype::Workflow, "a = 1")),
            (&token, (namespace, Archetype::Activity, "a = 1")),
            (&token[1..], list),
            (b"garbage", list),
        ] {
            let refused = ListPosition::from_token(token, list);
            assert!(matches!(refused, Err(StoreError::InvalidPageToken)));
        }
    }
}
