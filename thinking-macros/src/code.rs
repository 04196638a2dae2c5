//! The text of a function that changes if and only if its tokens do.

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};

/// Operators of two or three characters; other neighbours are neighbours by layout only.
const OPERATORS: [&str; 25] = [
    "&&", "||", "==", "!=", "<=", ">=", "->", "=>", "::", "..", "...", "..=", "+=", "-=", "*=",
    "/=", "%=", "^=", "&=", "|=", "<<", ">>", "<<=", ">>=", "<-",
];

/// Returns the tokens separated by single spaces. Comments are no tokens, and layout does not
/// count: `TokenStream`'s own text keeps parts of it.
pub(crate) fn text(tokens: TokenStream) -> String {
    let mut out = String::new();
    write(tokens, &mut out);
    out
}

fn write(tokens: TokenStream, out: &mut String) {
    let mut operator = String::new();
    let mut joined = false;
    for token in tokens {
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
                write(group.stream(), out);
                separate(out);
                out.push_str(close);
            }
            other => out.push_str(&other.to_string()),
        }
    }
}

fn separate(out: &mut String) {
    if !out.is_empty() && !out.ends_with(' ') {
        out.push(' ');
    }
}

#[cfg(test)]
mod tests {
    //! What changes the text and what does not.

    use super::text;

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
