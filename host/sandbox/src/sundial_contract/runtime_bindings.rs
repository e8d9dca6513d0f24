//! Types and calls generated from the world `language-runtime` of `wit/sundial-workflow`.

#![allow(
    missing_docs,
    unreachable_pub,
    dead_code,
    reason = "generated; the WIT files are the documentation"
)]

wasmtime::component::bindgen!({
    path: "../../wit/sundial-workflow",
    world: "language-runtime",
    imports: { default: trappable },
});
