//! The core module that hashes the state of one instance: its function takes a seed and returns it mixed with every global and every eight
//! bytes of memory. The guest hashes itself, so that nothing of its state has to be handed over.

use wasm_encoder::{
    BlockType, CodeSection, ExportKind, ExportSection, Function, FunctionSection, ImportSection,
    InstructionSink, MemArg, MemArgTarget, Module, TypeSection, ValType,
    reencode::{Reencode, RoundtripReencoder},
};

use super::{NotObservable, open_module::OpenModule};

/// What the module calls the instance that it looks at.
pub(super) const GUEST: &str = "guest";

/// The name of its function.
pub(super) const HASH: &str = "hash";

/// A large odd number: the 64-bit prime of FNV would leave the high bits of small numbers alone.
const MULTIPLIER: i64 = 0x9E37_79B9_7F4A_7C15_u64 as i64;

/// The function's locals: the hash so far, which is its parameter; the address; the end of the memory.
const HASH_SO_FAR: u32 = 0;
const ADDRESS: u32 = 1;
const END: u32 = 2;

pub(super) fn module(guest: &OpenModule) -> Result<Module, NotObservable> {
    let mut imports = ImportSection::new();
    for (name, ty) in &guest.memories {
        let ty = RoundtripReencoder
            .memory_type(*ty)
            .map_err(NotObservable::of)?;
        imports.import(GUEST, name, ty);
    }
    for (name, ty) in &guest.globals {
        let ty = RoundtripReencoder
            .global_type(*ty)
            .map_err(NotObservable::of)?;
        imports.import(GUEST, name, ty);
    }
    let mut types = TypeSection::new();
    types.ty().function([ValType::I64], [ValType::I64]);
    let mut functions = FunctionSection::new();
    functions.function(0);
    let mut exports = ExportSection::new();
    exports.export(HASH, ExportKind::Func, 0);

    let mut function = Function::new([(2, ValType::I32)]);
    let mut body = function.instructions();
    for (number, (_, ty)) in guest.globals.iter().enumerate() {
        body.local_get(HASH_SO_FAR).global_get(number as u32);
        match ty.content_type {
            wasmparser::ValType::I32 => body.i64_extend_i32_u(),
            wasmparser::ValType::I64 => &mut body,
            wasmparser::ValType::F32 => body.i32_reinterpret_f32().i64_extend_i32_u(),
            wasmparser::ValType::F64 => body.i64_reinterpret_f64(),
            other => {
                return Err(NotObservable(format!("it has a global of type {other}")));
            }
        };
        mix(&mut body);
    }
    if !guest.memories.is_empty() {
        hash_memory(&mut body);
    }
    body.local_get(HASH_SO_FAR).end();
    let mut code = CodeSection::new();
    code.function(&function);

    let mut module = Module::new();
    module
        .section(&types)
        .section(&imports)
        .section(&functions)
        .section(&exports)
        .section(&code);
    Ok(module)
}

/// Sizes are whole pages, so eight bytes at a time reach the end exactly.
fn hash_memory(body: &mut InstructionSink<'_>) {
    let whole = MemArg {
        offset: 0,
        align: 3,
        target: MemArgTarget::Memory(0),
        ordering: None,
    };
    body.memory_size(0).i32_const(16).i32_shl().local_set(END);
    body.local_get(HASH_SO_FAR)
        .local_get(END)
        .i64_extend_i32_u();
    mix(body);
    body.block(BlockType::Empty).loop_(BlockType::Empty);
    body.local_get(ADDRESS).local_get(END).i32_ge_u().br_if(1);
    body.local_get(HASH_SO_FAR)
        .local_get(ADDRESS)
        .i64_load(whole);
    mix(body);
    body.local_get(ADDRESS)
        .i32_const(8)
        .i32_add()
        .local_set(ADDRESS);
    body.br(0).end().end();
}

/// Mixes the two numbers on the stack into the hash: (a xor b) times a large odd number, with the high half folded into the low one.
fn mix(body: &mut InstructionSink<'_>) {
    body.i64_xor()
        .i64_const(MULTIPLIER)
        .i64_mul()
        .local_tee(HASH_SO_FAR);
    body.local_get(HASH_SO_FAR)
        .i64_const(32)
        .i64_shr_u()
        .i64_xor();
    body.local_set(HASH_SO_FAR);
}
