//! Whether an answer is worth compressing.
//!
//! Gzip costs several times what it saves on small messages, on a fast network also on large ones, so only large
//! answers to callers who asked for it are compressed.

use prost::Message;
use tonic::Response;

/// Answers smaller than this go out as they are. At this size gzip begins to pay for its CPU on an ordinary network.
const COMPRESS_FROM_BYTES: usize = 64 * 1024;

/// Wraps an answer for the wire. `accepts_gzip`: whether the caller reads it.
pub(crate) fn reply<T: Message>(accepts_gzip: bool, message: T) -> Response<T> {
    let compress = accepts_gzip && message.encoded_len() >= COMPRESS_FROM_BYTES;
    let mut response = Response::new(message);
    if !compress {
        response.disable_compression();
    }
    response
}
