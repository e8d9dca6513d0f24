//! Files that are no acceptable component: each is refused at a look, with words for the person who built it.

mod guests;

use guests::{SUNDIAL, build_module};
use sundial_sandbox::{
    BuildError, Contract, MAX_COMPONENT_BYTES, Refusal, Sandbox, encode_component,
};

fn component(wat: &str) -> Vec<u8> {
    wat::parse_str(wat).expect("the text is WebAssembly")
}

/// A component that exports both functions' interface in name, and imports nothing.
const NAMED_LIKE_A_CONTRACT: &str = r#"
    (component
        (instance $empty)
        (export "sundial:workflow/guest@0.1.0" (instance $empty)))"#;

fn check(bytes: &[u8], expected_words: &[&str]) -> Refusal {
    let refusal = Sandbox::inspect(bytes).expect_err("the file must be refused");
    let text = refusal.to_string();
    for words in expected_words {
        assert!(text.contains(words), "{words:?} is missing in: {text}");
    }
    // What is refused at a look is refused by a load, in the same words.
    let load = guests::sandbox()
        .load(bytes)
        .expect_err("a load must refuse it, too");
    assert_eq!(load.to_string(), text);
    refusal
}

#[test]
fn an_acceptable_component_passes() {
    let inspection = Sandbox::inspect(&SUNDIAL).expect("it is acceptable");
    assert_eq!(inspection.contract, Contract::Sundial);
    assert_eq!(inspection.imports, ["sundial:workflow/host@0.1.0"]);
    assert_eq!(inspection.digest, sundial_sandbox::digest(&SUNDIAL));
}

#[test]
fn an_empty_file_is_refused() {
    assert_eq!(check(&[], &["the file is empty"]), Refusal::Empty);
}

#[test]
fn a_file_that_is_not_webassembly_is_refused() {
    assert_eq!(
        check(b"#!/bin/sh\necho hello\n", &["not WebAssembly"]),
        Refusal::NotWasm
    );
    assert_eq!(
        check(&[0x7f, b'E', b'L', b'F'], &["not WebAssembly"]),
        Refusal::NotWasm
    );
}

#[test]
fn a_truncated_file_is_refused_wherever_it_ends() {
    let whole = &*SUNDIAL;
    for length in [
        1,
        4,
        7,
        9,
        100,
        whole.len() / 3,
        whole.len() / 2,
        whole.len() - 1,
    ] {
        let refusal = check(
            &whole[..length],
            &["truncated", &format!("after {length} bytes")],
        );
        assert_eq!(refusal, Refusal::Truncated { bytes: length });
    }
}

#[test]
fn a_core_module_is_told_apart_from_one_that_can_be_built() {
    let refusal = check(
        &component("(module)"),
        &["core module without a workflow contract"],
    );
    assert_eq!(refusal, Refusal::CoreModule);
    let module = build_module("sundial", "sundial-guest");
    assert_eq!(check(&module, &["sundial build"]), Refusal::NotYetComponent);
}

#[test]
fn sockets_are_refused_with_what_to_use_instead() {
    let file = component(
        r#"(component
            (import "wasi:sockets/tcp@0.2.3" (instance))
            (import "wasi:clocks/wall-clock@0.2.3" (instance))
            (import "sundial:workflow/host@0.1.0" (instance))
            (instance $empty)
            (export "sundial:workflow/guest@0.1.0" (instance $empty)))"#,
    );
    let refusal = check(
        &file,
        &[
            "`wasi:sockets/tcp@0.2.3`",
            "make the call in an activity",
            "`wasi:clocks/wall-clock@0.2.3`",
            "workflow's time",
        ],
    );
    let Refusal::Imports(imports) = refusal else {
        panic!("{refusal:?}")
    };
    assert_eq!(imports.len(), 2, "what is granted is not complained about");
}

#[test]
fn an_import_that_nobody_knows_is_refused() {
    let file = component(r#"(component (import "acme:payments/card" (instance)))"#);
    check(
        &file,
        &["`acme:payments/card`", "nothing gives this to a workflow"],
    );
}

#[test]
fn a_component_without_a_contract_is_refused() {
    check(
        &component("(component)"),
        &["no workflow contract", "found no exported interface"],
    );
    let file =
        component(r#"(component (instance $i) (export "acme:app/run@1.0.0" (instance $i)))"#);
    check(&file, &["found acme:app/run@1.0.0"]);
}

#[test]
fn a_contract_of_another_version_is_refused() {
    let file = component(
        r#"(component (instance $i) (export "sundial:workflow/guest@2.0.0" (instance $i)))"#,
    );
    check(&file, &["sundial:workflow/guest@2.0.0", "version 0.1"]);
}

#[test]
fn two_contracts_are_one_too_many() {
    let file = component(
        r#"(component
            (instance $i)
            (export "sundial:workflow/guest@0.1.0" (instance $i))
            (export "temporal:workflow-runtime/workflow-guest@0.1.0" (instance $i)))"#,
    );
    assert_eq!(
        check(&file, &["both workflow contracts"]),
        Refusal::TwoContracts
    );
}

#[test]
fn a_file_that_is_too_large_is_refused_before_it_is_read() {
    let refusal = check(
        &vec![0; 300 << 20],
        &["314572800 bytes", "at most 134217728"],
    );
    assert_eq!(refusal, Refusal::TooLarge { bytes: 300 << 20 });
    assert_eq!(MAX_COMPONENT_BYTES, 134_217_728);
}

#[test]
fn damaged_bytes_are_refused_with_their_place() {
    let mut file = SUNDIAL.clone();
    let body = wasmparser::Parser::new(0)
        .parse_all(&SUNDIAL)
        .find_map(|payload| match payload {
            Ok(wasmparser::Payload::CodeSectionEntry(body)) => Some(body.range().start as usize),
            _ => None,
        })
        .expect("the guest has functions");
    file[body..body + 8].fill(0xff);
    let refusal = check(&file, &["not valid", "at byte"]);
    assert!(matches!(refusal, Refusal::Invalid { .. }), "{refusal:?}");
}

#[test]
fn no_damage_makes_the_look_panic() {
    // The same damage in each run of the test: a linear congruential generator.
    let mut state = 1_u64;
    let mut random = |below: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    let mut refused = 0;
    for _ in 0..500 {
        let mut file = SUNDIAL.clone();
        for _ in 0..=random(4) {
            let place = random(file.len());
            file[place] = random(256) as u8;
        }
        file.truncate(file.len() - random(2) * random(1_000));
        refused += u32::from(Sandbox::inspect(&file).is_err());
    }
    assert!(
        refused > 100,
        "only {refused} of 500 damaged files were refused"
    );
}

#[test]
fn proposals_that_are_off_are_refused() {
    for core in [
        "(memory 1 1 shared)",
        "(memory i64 1)",
        "(memory 1) (memory 1)",
        "(type (struct))",
        "(tag)",
    ] {
        check(
            &component(&format!("(component (core module {core}))")),
            &["not valid"],
        );
    }
}

#[test]
fn functions_of_the_wrong_type_are_refused_by_the_load() {
    let file = component(NAMED_LIKE_A_CONTRACT);
    assert!(Sandbox::inspect(&file).is_ok(), "a look does not see types");
    let error = guests::sandbox()
        .load(&file)
        .expect_err("there is no describe");
    let text = error.to_string();
    assert!(
        text.contains("does not implement sundial:workflow@0.1.0"),
        "{text}"
    );
    assert!(
        text.contains("describe") || text.contains("activate"),
        "{text}"
    );
}

#[test]
fn a_module_with_wasi_is_told_at_the_build() {
    // What wasm32-wasip1 gives: the world in a custom section, and an import that no world has.
    let mut module = component(
        r#"(module
            (import "wasi_snapshot_preview1" "fd_write" (func (param i32 i32 i32 i32) (result i32))))"#,
    );
    module.extend(world_section(&build_module("sundial", "sundial-guest")));
    let error = encode_component(&module).expect_err("nothing gives WASI");
    assert!(matches!(error, BuildError::Encode(_)), "{error:?}");
    assert!(
        error.to_string().contains("wasm32-unknown-unknown"),
        "{error}"
    );
}

/// The custom section with the world, whole, out of a core module.
fn world_section(module: &[u8]) -> Vec<u8> {
    for payload in wasmparser::Parser::new(0).parse_all(module) {
        if let Ok(wasmparser::Payload::CustomSection(section)) = payload
            && section.name().starts_with("component-type")
        {
            let mut body = vec![u8::try_from(section.name().len()).expect("a short name")];
            body.extend(section.name().as_bytes());
            body.extend(section.data());
            let mut whole = vec![0];
            let mut length = body.len();
            while length >= 0x80 {
                whole.push((length & 0x7f) as u8 | 0x80);
                length >>= 7;
            }
            whole.push(length as u8);
            whole.extend(body);
            return whole;
        }
    }
    panic!("the guest has a world");
}
