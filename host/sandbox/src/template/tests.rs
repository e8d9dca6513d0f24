//! What is made from a template against what the compiler makes, in each way in which two components may differ, and in each way in which
//! they may not.

use std::sync::LazyLock;

use wasmtime::component::Component;

use super::{Shape, Template, Unfit, derive};
use crate::{engine::Runtime, options::SandboxOptions};

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
    let options = SandboxOptions {
        max_live_runs: 1,
        ..Default::default()
    };
    Runtime::new(options).expect("it starts")
});

/// A component of several modules. `begin` is in the first one, before its functions, and `end` after them. Modules follow of which one
/// imports the memory, and another one speaks to a component inside, for which the compiler makes a module of its own.
fn component(begin: &str, end: &str) -> Vec<u8> {
    let text = format!(
        r#"(component
            (core module $first
                {begin}
                (func (export "f") (param i32) (result i32)
                    local.get 0 i32.load offset=8
                    i32.const 16 i32.load
                    i32.add)
                {end})
            (core module $second
                (import "first" "memory" (memory 1))
                (import "first" "f" (func $f (param i32) (result i32)))
                (table 2 funcref)
                (elem (i32.const 0) $g $f)
                (func $g (export "g") (param i32) (result i32)
                    i32.const 8 (call_indirect (param i32) (result i32) (i32.const 1))
                    local.get 0
                    i32.div_u))
            (core instance $first (instantiate $first))
            (core instance (instantiate $second (with "first" (instance $first))))
            (component $inner
                (core module $inner (func (export "h") (param i32) (result i32) local.get 0))
                (core instance $inner (instantiate $inner))
                (func (export "h") (param "x" u32) (result u32) (canon lift (core func $inner "h"))))
            (instance $inner (instantiate $inner))
            (core func $h (canon lower (func $inner "h")))
            (core module $third
                (import "" "h" (func $h (param i32) (result i32)))
                (func (export "i") (result i32) (call $h (i32.const 7))))
            (core instance (instantiate $third (with "" (instance (export "h" (func $h)))))))"#
    );
    wat::parse_str(text).expect("it is a component")
}

/// One whose memory is as given, with data in it.
fn with_data(memory: &str, data: &str) -> Vec<u8> {
    component(&format!(r#"(memory (export "memory") {memory})"#), data)
}

fn compiled(component: &[u8]) -> Vec<u8> {
    Component::from_binary(&RUNTIME.engine, component)
        .and_then(|component| component.serialize())
        .expect("it compiles")
}

/// Makes the second component from the first one's code, if they have the same shape.
fn made(template: &[u8], new: &[u8]) -> Option<Result<Vec<u8>, Unfit>> {
    let shape = Shape::of(template);
    assert!(shape.is_some(), "nothing could differ");
    (shape == Shape::of(new)).then(|| {
        let code = compiled(template);
        let described = Template::describe(template, "", &code, Default::default())
            .expect("it can be described");
        derive(&code, new, described.free_minimum)
    })
}

#[track_caller]
fn is_made(template: &[u8], new: &[u8]) {
    let made = made(template, new).expect("they have the same shape");
    assert!(made.expect("it is made") == compiled(new));
}

#[track_caller]
fn is_unfit(template: &[u8], new: &[u8], why: &'static str) {
    let made = made(template, new).expect("they have the same shape");
    assert_eq!(made.err(), Some(Unfit(why)));
}

#[track_caller]
fn is_another_shape(one: &[u8], other: &[u8]) {
    assert!(made(one, other).is_none());
}

#[test]
fn data_of_any_length_is_taken_over() {
    let short = with_data("3", r#"(data (i32.const 8) "one")"#);
    let long = "two".repeat(40_000);
    for data in [
        r#"(data (i32.const 8) "two")"#.to_owned(),
        r#"(data (i32.const 800) "one")"#.to_owned(),
        format!(r#"(data (i32.const 1) "{long}")"#),
        r#"(data (i32.const 8) "one") (data (i32.const 10) "over") (data (i32.const 9000) "last")"#
            .to_owned(),
        r#"(data (i32.const 8) "one\00\00\00") (data (i32.const 100000) "")"#.to_owned(),
        r#"(data (i32.const 8) "\00\00\00")"#.to_owned(),
    ] {
        let other = with_data("3", &data);
        is_made(&short, &other);
        is_made(&other, &short);
    }
}

#[test]
fn an_image_that_begins_elsewhere_is_in_the_code() {
    let low = with_data("3", r#"(data (i32.const 8) "one")"#);
    let high = with_data("3", r#"(data (i32.const 9000) "one")"#);
    is_unfit(&low, &high, "an image begins at another address");
}

#[test]
fn without_an_image_there_is_no_code_that_copies_it() {
    let with = with_data("3", r#"(data (i32.const 8) "one")"#);
    let without = with_data("3", r#"(data (i32.const 8) "")"#);
    for (template, new) in [(&with, &without), (&without, &with)] {
        let made = made(template, new).expect("they have the same shape");
        assert!(made.is_err());
    }
}

#[test]
fn data_beyond_the_memory_is_copied_by_code() {
    let sound = with_data("1", r#"(data (i32.const 8) "one")"#);
    let beyond = with_data("1", r#"(data (i32.const 65536) "one")"#);
    is_unfit(&sound, &beyond, "data is copied by code");
    is_unfit(&beyond, &sound, "an image begins at another address");
}

#[test]
fn the_minimum_of_memory_is_taken_over() {
    let data = r#"(data (i32.const 8) "one")"#;
    is_made(&with_data("3", data), &with_data("300", data));
    is_made(&with_data("300", data), &with_data("3", data));
    is_another_shape(&with_data("3 500", data), &with_data("4 500", data));
}

#[test]
fn a_minimum_that_code_knows_is_not_taken_over() {
    let far = r#"(data (i32.const 8) "one")
        (func (export "far") (result i32) i32.const 0 i32.load offset=40000000)"#;
    let (small, large) = (with_data("3", far), with_data("1000", far));
    is_unfit(&small, &large, "code knows the minimum of its memory");
    is_unfit(&large, &small, "code knows the minimum of its memory");
    let other_data = far.replace("one", "another");
    is_made(&small, &with_data("3", &other_data));
}

#[test]
fn the_beginning_of_globals_that_change_is_taken_over() {
    let with = |globals: &str| component(&format!(r#"(memory (export "memory") 1) {globals}"#), "");
    let low = with("(global (mut i32) (i32.const 1)) (global (mut i64) (i64.const 2))");
    let high = with("(global (mut i32) (i32.const -7)) (global (mut i64) (i64.const 20000000000))");
    is_made(&low, &high);
    is_made(&high, &low);
}

#[test]
fn what_is_in_the_code_is_in_the_shape() {
    let plain = |rest: &str| component(&format!(r#"(memory (export "memory") 1) {rest}"#), "");
    let pairs = [
        ("(global i32 (i32.const 1))", "(global i32 (i32.const 2))"),
        (
            "(global (mut f32) (f32.const 1))",
            "(global (mut f32) (f32.const 2))",
        ),
        (
            "(global (mut i32) (i32.const 1))",
            "(global (mut i64) (i64.const 1))",
        ),
        (
            r#"(data "one") (data (i32.const 8) "some")"#,
            r#"(data "two") (data (i32.const 8) "some")"#,
        ),
        (
            r#"(data "one") (data (i32.const 8) "some")"#,
            r#"(data "one") (data (i32.const 9) "some")"#,
        ),
        (
            "(table 2 funcref) (elem (i32.const 0) 0)",
            "(table 2 funcref) (elem (i32.const 1) 0)",
        ),
        ("(func i32.const 1 drop)", "(func i32.const 2 drop)"),
        (r#"(@custom "a" "1")"#, r#"(@custom "a" "2")"#),
    ];
    for (one, other) in pairs {
        is_another_shape(&plain(one), &plain(other));
    }
}

#[test]
fn code_that_copies_passive_data_is_only_made_for_the_same() {
    let passive = |minimum: u32, text: &str| {
        component(
            &format!(r#"(memory (export "memory") {minimum})"#),
            &format!(
                r#"(data "{text}") (func (export "copy")
                    (memory.init 0 (i32.const 8) (i32.const 0) (i32.const 3)))"#
            ),
        )
    };
    is_another_shape(&passive(1, "one"), &passive(1, "two"));
    is_made(&passive(1, "one"), &passive(2, "one"));
}

#[test]
fn a_component_without_memory_is_no_template() {
    let text = r#"(component (core module (func (export "f"))))"#;
    let component = wat::parse_str(text).expect("it is a component");
    assert_eq!(Shape::of(&component), None);
    assert_eq!(Shape::of(b"no component"), None);
}
