//! Types and calls generated from `wit/temporal-workflow-runtime`.

#![allow(
    missing_docs,
    unreachable_pub,
    reason = "generated; the WIT files are the documentation"
)]

wasmtime::component::bindgen!({
    path: "../../wit/temporal-workflow-runtime",
    world: "workflow-module",
    imports: { default: trappable },
});
