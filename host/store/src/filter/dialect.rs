//! The dialect of list filters: MySQL's quoting (strings in either quote, names in backticks) and STARTS_WITH.

use sqlparser::{
    ast::{BinaryOperator, Expr, UnaryOperator},
    dialect::{Dialect, Precedence},
    keywords::Keyword,
    parser::{Parser, ParserError},
    tokenizer::Token,
};

#[derive(Debug)]
pub(super) struct ListFilterDialect;

fn is_starts_with(token: &Token) -> bool {
    matches!(token, Token::Word(word) if word.quote_style.is_none() && word.value.eq_ignore_ascii_case("starts_with"))
}

fn is_not(token: &Token) -> bool {
    matches!(token, Token::Word(word) if word.keyword == Keyword::NOT)
}

impl Dialect for ListFilterDialect {
    fn is_identifier_start(&self, ch: char) -> bool {
        ch.is_alphabetic() || ch == '_'
    }

    fn is_identifier_part(&self, ch: char) -> bool {
        ch.is_alphanumeric() || ch == '_'
    }

    fn is_delimited_identifier_start(&self, ch: char) -> bool {
        ch == '`'
    }

    fn supports_string_literal_backslash_escape(&self) -> bool {
        true
    }

    fn get_next_precedence(&self, parser: &Parser<'_>) -> Option<Result<u8, ParserError>> {
        let first = &parser.peek_nth_token_ref(0).token;
        let second = &parser.peek_nth_token_ref(1).token;
        let applies = is_starts_with(first) || (is_not(first) && is_starts_with(second));
        applies.then(|| Ok(self.prec_value(Precedence::Like)))
    }

    fn parse_infix(
        &self,
        parser: &mut Parser<'_>,
        left: &Expr,
        _precedence: u8,
    ) -> Option<Result<Expr, ParserError>> {
        let negated = is_not(&parser.peek_nth_token_ref(0).token)
            && is_starts_with(&parser.peek_nth_token_ref(1).token);
        if !negated && !is_starts_with(&parser.peek_nth_token_ref(0).token) {
            return None;
        }
        parser.next_token();
        if negated {
            parser.next_token();
        }
        let right = match parser.parse_subexpr(self.prec_value(Precedence::Like)) {
            Ok(right) => right,
            Err(error) => return Some(Err(error)),
        };
        let test = Expr::BinaryOp {
            left: Box::new(left.clone()),
            op: BinaryOperator::PGStartsWith,
            right: Box::new(right),
        };
        Some(Ok(if negated {
            Expr::UnaryOp {
                op: UnaryOperator::Not,
                expr: Box::new(test),
            }
        } else {
            test
        }))
    }
}
