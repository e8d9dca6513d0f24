//! From a component's bytes to its code, by the shortest way there is: from the cache, from the code of a component of the same shape, or
//! by the compiler.

use std::sync::PoisonError;

use wasmtime::component::Component;

use crate::{
    code_cache::checksum,
    engine::{Caches, Runtime},
    error::SandboxError,
    template::{Shape, Template, derive},
};

/// The code of a component that was inspected and has this digest.
pub(crate) fn compile(
    runtime: &Runtime,
    bytes: &[u8],
    digest: &str,
) -> Result<Component, SandboxError> {
    let Some(caches) = &runtime.cache else {
        return compile_anew(runtime, bytes);
    };
    if let Some(component) = caches.code.get(&runtime.engine, digest) {
        runtime.counters.count_taken_from_cache();
        return Ok(component);
    }
    let shape = Shape::of(bytes);
    let turn = shape.as_ref().map(|shape| caches.templates.turn(shape));
    let _turn = turn
        .as_ref()
        .map(|turn| turn.lock().unwrap_or_else(PoisonError::into_inner));
    let made = shape
        .as_ref()
        .and_then(|shape| make_from_template(runtime, caches, shape, bytes, digest));
    if let Some(component) = made {
        runtime.counters.count_made_from_template();
        return Ok(component);
    }
    let compiling = caches.functions.compile();
    let component = compile_anew(runtime, bytes)?;
    drop(compiling);
    keep_compiled(caches, shape.as_ref(), bytes, digest, &component);
    Ok(component)
}

fn compile_anew(runtime: &Runtime, bytes: &[u8]) -> Result<Component, SandboxError> {
    let component = Component::from_binary(&runtime.engine, bytes)
        .map_err(|error| SandboxError::Compile(format!("{error:#}")))?;
    runtime.counters.count_compiled();
    Ok(component)
}

/// Makes a component from the newest one of its shape, and notes it in that one's place: the older one leaves the cache earlier.
fn make_from_template(
    runtime: &Runtime,
    caches: &Caches,
    shape: &Shape,
    bytes: &[u8],
    digest: &str,
) -> Option<Component> {
    let template = caches.templates.get(shape)?;
    let entry = caches.code.read(&template.digest)?;
    if *entry.checksum() != template.checksum {
        return None;
    }
    let code = match derive(entry.code(), bytes, template.free_minimum) {
        Ok(code) => code,
        Err(unfit) => {
            tracing::info!(
                digest,
                template = template.digest,
                %unfit,
                "the component is compiled, though one of its shape has been"
            );
            return None;
        }
    };
    // SAFETY: the code is what wasmtime gave for a component with the same functions, types, tables and constants, which `Shape` and
    // `derive` have made sure of, each by itself; and it came through a checksum out of a folder that only this process's user can write
    // to. wasmtime itself checks version and settings.
    let component = unsafe { Component::deserialize(&runtime.engine, &code) }.ok()?;
    let template = Template {
        digest: digest.to_owned(),
        checksum: checksum(&code),
        ..template
    };
    // The code is written last: when the cache is full, what was written last stays.
    caches.templates.put(shape, &template);
    caches.code.put(digest, &code, &template.checksum);
    Some(component)
}

/// Keeps what was compiled, and notes that others can be made from it.
fn keep_compiled(
    caches: &Caches,
    shape: Option<&Shape>,
    bytes: &[u8],
    digest: &str,
    component: &Component,
) {
    let code = match component.serialize() {
        Ok(code) => code,
        Err(error) => {
            tracing::warn!(digest, %error, "a compiled component could not be kept");
            return;
        }
    };
    let checksum = checksum(&code);
    if let Some(shape) = shape {
        match Template::describe(bytes, digest, &code, checksum) {
            Ok(template) => caches.templates.put(shape, &template),
            Err(unfit) => {
                tracing::info!(digest, %unfit, "no component is made from this one's code")
            }
        }
    }
    caches.code.put(digest, &code, &checksum);
}
