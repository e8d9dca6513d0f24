//! Whether code knows the minimum of its memory.
//!
//! The compiler reads a memory's minimum for one purpose (wasmtime's `bounds_checks.rs`): where guard pages don't cover an access, one at
//! a constant address below the minimum needs no check. So if guard pages cover all accesses, the minimum is not in the code.

use wasmparser::{BinaryReaderError, FunctionBody, Operator, Parser, Payload};

/// The widest access, in bytes: a vector.
const WIDEST_ACCESS: u64 = 16;

/// Whether each access of each function ends within `reach` bytes of the address that it is given.
pub(super) fn all_within(reach: u64, component: &[u8]) -> Result<bool, BinaryReaderError> {
    for payload in Parser::new(0).parse_all(component) {
        if let Payload::CodeSectionEntry(body) = payload?
            && !is_within(reach, &body)?
        {
            return Ok(false);
        }
    }
    Ok(true)
}

fn is_within(reach: u64, body: &FunctionBody<'_>) -> Result<bool, BinaryReaderError> {
    for operator in body.get_operators_reader()? {
        if offset(&operator?).is_some_and(|offset| offset.saturating_add(WIDEST_ACCESS) > reach) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The constant offset of an instruction that reads or writes memory.
fn offset(operator: &Operator<'_>) -> Option<u64> {
    macro_rules! with_operands {
        ($op:ident memarg $($others:ident)*) => {
            match operator {
                Operator::$op { memarg, .. } => Some(memarg.offset),
                _ => None,
            }
        };
        ($op:ident $($others:ident)*) => {
            None
        };
    }
    macro_rules! of_each {
        ($(@$proposal:ident $op:ident $({ $($operand:ident: $type:ty),* })? => $visit:ident ($($note:tt)*))*) => {
            match operator {
                $(Operator::$op { .. } => with_operands!($op $($($operand)*)?),)*
                // The list has all, and the type is open to more.
                _ => Some(u64::MAX),
            }
        };
    }
    wasmparser::for_each_operator!(of_each)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(instructions: &str, last_byte: Option<u64>) {
        let text = format!(
            "(component (core module (memory 1) (func (param i32) local.get 0 {instructions} drop)))"
        );
        let bytes = wat::parse_str(text).expect("it is a component");
        let within = |reach| all_within(reach, &bytes).expect("it can be read");
        match last_byte {
            Some(last) => assert!(within(last) && !within(last - 1)),
            None => assert!(within(0)),
        }
    }

    #[test]
    fn an_access_ends_after_its_offset_and_its_width() {
        check("i32.load offset=100", Some(116));
        check("i64.load8_u offset=33554432", Some(33_554_448));
        check("v128.load offset=4294967295", Some(4_294_967_311));
        check("i32.load", Some(16));
        check(
            "v128.const i32x4 0 0 0 0 v128.load32_lane offset=7 1",
            Some(23),
        );
    }

    #[test]
    fn what_does_not_access_memory_reaches_nowhere() {
        check("i32.const 70000000 i32.add", None);
        check("memory.size drop", None);
    }
}
