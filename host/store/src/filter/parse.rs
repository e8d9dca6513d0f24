//! Filter text to a syntax tree, and the limits that keep a hostile filter from costing more than it may.

use sqlparser::{
    ast::Expr,
    keywords::Keyword,
    parser::Parser,
    tokenizer::{Location, Token, TokenWithSpan, Tokenizer},
};

use super::{FilterError, dialect::ListFilterDialect};

/// Longer filters are refused: an IN list of 2,000 workflow ids still fits.
const MAX_FILTER_BYTES: usize = 128 * 1024;
/// More conditions are refused: the database's own limit on the depth of an expression is 1,000.
const MAX_CONNECTIVES: usize = 400;
/// Deeper parentheses are refused: each level takes stack.
const MAX_NESTING: usize = 50;
/// Where the filter begins in the statement that Temporal makes of it; positions in errors count from there.
const POSITION_OFFSET: u64 = 27;

pub(super) struct Parsed {
    pub(super) condition: Option<Expr>,
    pub(super) group_by: Vec<Expr>,
}

pub(super) fn parse(text: &str) -> Result<Parsed, FilterError> {
    if text.len() > MAX_FILTER_BYTES {
        return Err(FilterError::unsupported(format_args!(
            "a query of more than {MAX_FILTER_BYTES} bytes"
        )));
    }
    let tokens = Tokenizer::new(&ListFilterDialect, text)
        .tokenize_with_location()
        .map_err(|error| FilterError::malformed(syntax_error(text, error.location, "")))?;
    if tokens
        .iter()
        .filter(|token| is_connective(&token.token))
        .count()
        > MAX_CONNECTIVES
    {
        return Err(FilterError::unsupported(format_args!(
            "more than {MAX_CONNECTIVES} conditions in one query"
        )));
    }
    let mut parser = Parser::new(&ListFilterDialect)
        .with_recursion_limit(MAX_NESTING)
        .with_tokens_with_locations(tokens);
    let parsed = clauses(text, &mut parser)?;
    let _ = parser.consume_token(&Token::SemiColon);
    match &parser.peek_token_ref().token {
        Token::EOF => Ok(parsed),
        _ => Err(unexpected(text, &parser)),
    }
}

fn clauses(text: &str, parser: &mut Parser<'_>) -> Result<Parsed, FilterError> {
    let starts_clause = match &parser.peek_token_ref().token {
        Token::EOF => true,
        Token::Word(word) => matches!(
            word.keyword,
            Keyword::GROUP | Keyword::ORDER | Keyword::LIMIT
        ),
        _ => false,
    };
    let condition = if starts_clause {
        None
    } else {
        match parser.parse_expr() {
            Ok(tree) => Some(tree),
            Err(sqlparser::parser::ParserError::RecursionLimitExceeded) => {
                return Err(FilterError::unsupported(format_args!(
                    "parentheses deeper than {MAX_NESTING}"
                )));
            }
            Err(_) => return Err(unexpected(text, parser)),
        }
    };
    let mut group_by = Vec::new();
    if parser.parse_keywords(&[Keyword::GROUP, Keyword::BY]) {
        match parser.parse_comma_separated(|parser| parser.parse_expr()) {
            Ok(columns) => group_by = columns,
            Err(_) => return Err(unexpected(text, parser)),
        }
    }
    if parser.parse_keywords(&[Keyword::ORDER, Keyword::BY]) {
        return Err(FilterError::unsupported("'order by' clause"));
    }
    if parser.parse_keyword(Keyword::LIMIT) {
        return Err(FilterError::unsupported("'limit' clause"));
    }
    Ok(Parsed {
        condition,
        group_by,
    })
}

fn is_connective(token: &Token) -> bool {
    match token {
        Token::Word(word) => matches!(word.keyword, Keyword::AND | Keyword::OR | Keyword::NOT),
        _ => false,
    }
}

fn unexpected(text: &str, parser: &Parser<'_>) -> FilterError {
    let TokenWithSpan { token, span } = parser.peek_token_ref();
    let near = if *token == Token::EOF {
        String::new()
    } else {
        format!(" near '{token}'")
    };
    FilterError::malformed(syntax_error(text, span.end, &near))
}

fn syntax_error(text: &str, location: Location, near: &str) -> String {
    let before: u64 = text
        .split_inclusive('\n')
        .take(usize::try_from(location.line.saturating_sub(1)).unwrap_or(usize::MAX))
        .map(|line| line.chars().count() as u64)
        .sum();
    // The end of the text has no location of its own.
    let offset = if location.line == 0 {
        text.chars().count() as u64
    } else {
        before + location.column
    };
    format!(
        "syntax error at position {}{near}",
        POSITION_OFFSET + offset
    )
}
