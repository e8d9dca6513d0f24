//! Whether two translated modules are the same but for what may differ between components of one shape. The shape is taken from the bytes
//! of a component; here what the compiler made of these bytes is compared, so that a mistake in one of the two is found by the other.

use std::mem;

use serde::Serialize;
use wasmtime_environ::{
    GlobalConstValue, IndexType, Memory, MemoryInit, MemoryInitialization, Module,
    ModuleTranslation,
};

use super::unfit::{Unfit, require};

/// Gives a template's module the memory and the initial values of a new one, if they are otherwise the same.
///
/// `free_minimum` says that the module's code knows nothing of its memory's minimum.
pub(super) fn adopt(
    template: &mut Module,
    new: &mut ModuleTranslation<'_>,
    free_minimum: bool,
) -> Result<(), Unfit> {
    // Active data that is not an image of memory is copied by code of the module, which has the addresses.
    let is_copied = match &new.memory_init {
        MemoryInit::Unprocessed(_) => true,
        MemoryInit::Processed(segments) => {
            new.module.memory_initialization.is_segmented() && !segments.is_empty()
        }
    };
    require(!is_copied, "data is copied by code")?;
    let new = &mut new.module;
    // Whether code needs a heap for garbage collection is known when it is compiled.
    new.needs_gc_heap |= template.needs_gc_heap;
    adopt_memories(template, new, free_minimum)?;
    adopt_images(template, new)?;
    adopt_globals(template, new)?;
    same(template, new, "a module was translated differently")
}

/// Whether two values are written alike.
pub(super) fn same<T: Serialize>(one: &T, other: &T, otherwise: &'static str) -> Result<(), Unfit> {
    let written = |value: &T| postcard::to_allocvec(value).map_err(|_| Unfit(otherwise));
    require(written(one)? == written(other)?, otherwise)
}

fn adopt_memories(template: &mut Module, new: &Module, free_minimum: bool) -> Result<(), Unfit> {
    let imported = template.num_imported_memories;
    let pairs = template.memories.values_mut().zip(new.memories.values());
    for (template, new) in pairs.skip(imported) {
        if template.limits.min != new.limits.min {
            require(
                free_minimum && is_free_to_grow(new),
                "code knows the minimum of its memory",
            )?;
            template.limits.min = new.limits.min;
        }
    }
    Ok(())
}

/// Only of such memories wasmtime does not compare minimum and maximum, nor minimum and reserved address space.
fn is_free_to_grow(memory: &Memory) -> bool {
    memory.idx_type == IndexType::I32
        && memory.limits.max.is_none()
        && !memory.shared
        && memory.page_size_log2 == Memory::DEFAULT_PAGE_SIZE_LOG2
}

/// Takes over which part of the data is the image of which memory. The code has the addresses of images, but not their lengths.
fn adopt_images(template: &mut Module, new: &Module) -> Result<(), Unfit> {
    same(
        &template.memory_initialization,
        &new.memory_initialization,
        "an image begins at another address",
    )?;
    let lengths = |module: &Module| -> Vec<_> {
        let ranges = module.runtime_data.values();
        ranges.map(ExactSizeIterator::len).collect()
    };
    let (before, after) = (lengths(template), lengths(new));
    let images = match &new.memory_initialization {
        MemoryInitialization::Segmented => 0,
        MemoryInitialization::Static { map } => map.values().flatten().count(),
    };
    // Images come first.
    require(
        before.len() == after.len() && before[images..] == after[images..],
        "other data has another length",
    )?;
    for (template, new) in template
        .runtime_data
        .values_mut()
        .zip(new.runtime_data.values())
    {
        template.clone_from(new);
    }
    Ok(())
}

/// Takes over with what globals begin that code reads from where they are: those that change.
fn adopt_globals(template: &mut Module, new: &Module) -> Result<(), Unfit> {
    let mut globals = mem::take(&mut template.global_initializers);
    for ((index, value), (new_index, new_value)) in
        globals.iter_mut().zip(new.global_initializers.iter())
    {
        let is_variable = new.globals[new.global_index(*new_index)].mutability;
        let is_integer = matches!(
            (&value, new_value),
            (GlobalConstValue::I32(_), GlobalConstValue::I32(_))
                | (GlobalConstValue::I64(_), GlobalConstValue::I64(_))
        );
        if index == new_index && is_variable && is_integer {
            *value = *new_value;
        }
    }
    template.global_initializers = globals;
    Ok(())
}
