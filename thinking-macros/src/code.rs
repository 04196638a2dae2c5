//! The text of a function that changes if and only if its tokens do.

use proc_macro2::{Delimiter, Group, Spacing, TokenStream, TokenTree};
use quote::ToTokens;

/// Operators of two or three characters; other neighbours are neighbours by layout only.
const OPERATORS: [&str; 25] = [
    "&&", "||", "==", "!=", "<=", ">=", "->", "=>", "::", "..", "...", "..=", "+=", "-=", "*=",
    "/=", "%=", "^=", "&=", "|=", "<<", ">>", "<<=", ">>=", "<-",
];

/// Returns the tokens separated by single spaces. Comments are no tokens, and layout does not
/// count: `TokenStream`'s own text keeps parts of it. Neither does the comma that rustfmt writes
/// after the last of several lines.
pub(crate) fn text(tokens: TokenStream) -> String {
    let mut out = String::new();
    write(tokens, &mut out);
    out
}

/// Returns the tokens of a type or path as one writes them, for names: `Cache<u32>`. Spaces stand
/// only between words, after commas, and around `+`, `->` and `=`.
pub(crate) fn short(tokens: TokenStream) -> String {
    let text = text(tokens);
    let mut out = String::new();
    for word in text.split(' ') {
        let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '"');
        // A lifetime is two tokens.
        let begins_word = |c: char| is_word(c) || c == '\'';
        let is_spaced = |text: &str| matches!(text, "+" | "->" | "=");
        let last = out.rfind(' ').map_or(&*out, |at| &out[at + 1..]);
        if (out.ends_with(is_word) && word.starts_with(begins_word))
            || out.ends_with([',', ';'])
            || is_spaced(last)
            || is_spaced(word)
        {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

fn write(tokens: TokenStream, out: &mut String) {
    let mut operator = String::new();
    let mut joined = false;
    let mut before = None;
    for token in tokens {
        let previous = before.replace(token.clone());
        if let TokenTree::Punct(punct) = &token {
            let longer = format!("{operator}{}", punct.as_char());
            if joined && OPERATORS.contains(&longer.as_str()) {
                out.push(punct.as_char());
                operator = longer;
            } else {
                separate(out);
                out.push(punct.as_char());
                operator = punct.as_char().to_string();
            }
            joined = punct.spacing() == Spacing::Joint;
            continue;
        }
        joined = false;
        operator.clear();
        separate(out);
        match token {
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Brace => ("{", "}"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::None => ("", ""),
                };
                out.push_str(open);
                write(without_last_comma(&group, previous.as_ref()), out);
                separate(out);
                out.push_str(close);
            }
            other => out.push_str(&other.to_string()),
        }
    }
}

/// Returns what is in a group, without a comma at its end if that says nothing.
fn without_last_comma(group: &Group, previous: Option<&TokenTree>) -> TokenStream {
    let says_nothing = match (group.delimiter(), previous) {
        // A list of arguments or parameters. Elsewhere, the comma may make a tuple.
        (Delimiter::Parenthesis, Some(TokenTree::Ident(name))) => {
            syn::parse2::<syn::Ident>(name.to_token_stream()).is_ok()
        }
        (Delimiter::Parenthesis, Some(TokenTree::Punct(mark))) => mark.as_char() == '!',
        (delimiter, _) => matches!(delimiter, Delimiter::Brace | Delimiter::Bracket),
    };
    let mut tokens: Vec<_> = group.stream().into_iter().collect();
    let is_comma = |last: &TokenTree| matches!(last, TokenTree::Punct(p) if p.as_char() == ',');
    if says_nothing && tokens.last().is_some_and(is_comma) {
        tokens.pop();
    }
    tokens.into_iter().collect()
}

fn separate(out: &mut String) {
    if !out.is_empty() && !out.ends_with(' ') {
        out.push(' ');
    }
}

#[cfg(test)]
mod tests {
    //! What changes the text and what does not.

    use super::{short, text};

    fn of(source: &str) -> String {
        text(source.parse().unwrap())
    }

    #[test]
    fn comments_and_layout_do_not_count() {
        let plain = of("fn f(a: u32) -> u32 { a + -1 }");
        for same in [
            "fn f(a:u32)->u32{a+-1}",
            "fn f(a : u32) -> u32 {\n // a comment\n a + /* another */ -1\n}",
            "fn f (a: u32) -> u32 { a +\n-1 }",
        ] {
            assert_eq!(of(same), plain);
        }
        assert_eq!(of("x=-1"), of("x = -1"));
        assert_eq!(of("f(&&x, ..)"), of("f(&&x,..)"));
    }

    #[test]
    fn a_name_is_written_as_people_write_it() {
        for name in [
            "Adam",
            "optim::Cache<u32, Vec<&'a str>>",
            "Box<dyn Optimizer + Send>",
            "&[u8; 4]",
            "Fn(u8) -> u8",
            "<A as B>::C",
        ] {
            assert_eq!(short(name.parse().unwrap()), name);
        }
    }

    #[test]
    fn a_comma_at_the_end_of_a_list_does_not_count_and_that_of_a_tuple_does() {
        for (one, other) in [
            ("f(a, b)", "f(\n    a,\n    b,\n)"),
            ("fn f(a: u32) {}", "fn f(a: u32,) {}"),
            ("S { a, b: [1, 2] }", "S { a, b: [1, 2,], }"),
            ("format!(\"{}\", a)", "format!(\"{}\", a,)"),
        ] {
            assert_eq!(of(one), of(other));
        }
        for (one, other) in [
            ("g((a))", "g((a,))"),
            ("return (a)", "return (a,)"),
            ("a - (b)", "a - (b,)"),
            ("[a]", "[a,,]"),
            ("f(,)", "f(,,)"),
        ] {
            assert_ne!(of(one), of(other));
        }
    }

    #[test]
    fn every_token_counts() {
        let plain = of("a && b(1)");
        for other in
            ["a & & b(1)", "a || b(1)", "a && b(2)", "a && b[1]", "a && c(1)", "a && b(1);"]
        {
            assert_ne!(of(other), plain);
        }
        assert_ne!(of("\"a b\""), of("\"a  b\""));
    }
}
