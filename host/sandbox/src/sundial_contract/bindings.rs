//! Types and calls generated from `wit/sundial-workflow`.

#![allow(
    missing_docs,
    unreachable_pub,
    reason = "generated; the WIT files are the documentation"
)]

wasmtime::component::bindgen!({
    path: "../../wit/sundial-workflow",
    world: "workflow",
    imports: { default: trappable },
});
