//! What the text of one source file says: modules and definitions. No file is read here.

use proc_macro2::{Delimiter, Group, LexError, Span, TokenStream, TokenTree};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Attribute, Expr, ItemMod, Lit, LitStr, Macro, Meta, Path, Token};

use super::finding::Problem;
use super::module::Item;

/// What stands in a file, or between the braces of an inline module.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Contents {
    /// The conditions of inner attributes.
    pub(super) cfgs: Vec<String>,
    pub(super) items: Vec<Item>,
    pub(super) modules: Vec<Declared>,
    /// What `include!` and its like name.
    pub(super) included: Vec<String>,
    /// Whether there is a `#[thinking::main]`.
    pub(super) has_main: bool,
}

/// A `mod`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Declared {
    /// Without `r#`.
    pub(super) name: String,
    pub(super) line: u32,
    pub(super) cfgs: Vec<String>,
    /// What `#[path]` says; several if conditions choose among them.
    pub(super) paths: Vec<Conditional<String>>,
    /// What an inline module holds.
    pub(super) body: Option<Contents>,
}

/// A value that may be there only under conditions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Conditional<T> {
    pub(super) value: T,
    pub(super) cfgs: Vec<String>,
}

/// Attributes that define what they stand on, with what they define. Those of tests and of `main`
/// are also attributes of others, so they count with a path only.
const ATTRIBUTES: [(&str, &str, Names); 9] = [
    ("component", "component", Names::Any),
    ("interface", "interface", Names::Any),
    ("choices", "choices", Names::Any),
    ("stage", "stage", Names::Any),
    ("step", "step", Names::Any),
    ("action", "action", Names::Any),
    (TRACKED, TRACKED, Names::Any),
    ("test", "test", Names::Qualified),
    ("main", MAIN, Names::Qualified),
];

const MAIN: &str = "main";
/// The one that defines functions inside of `impl` blocks and traits, too. Blocks that it stands on
/// are not compared: the functions of a block that is linked are.
const TRACKED: &str = "tracked";

#[derive(Clone, Copy, PartialEq)]
enum Names {
    Any,
    Qualified,
}

/// Reads a source file. `framework` lists the names of the framework's crates; without any, there
/// are no definitions.
///
/// The error is the line, and the problem. Call it on a thread of its own: the spans that this
/// thread holds become invalid.
pub(super) fn read(text: &str, framework: &[String]) -> Result<Contents, (u32, Problem)> {
    // The parser keeps the text of all that it parsed on the thread, for the places.
    proc_macro2::extra::invalidate_current_thread_spans();
    let wrong = |span, reason| {
        let (line, column) = place(span);
        (line, Problem::Syntax { column, reason })
    };
    let tokens: TokenStream = code(text).parse().map_err(|error: LexError| {
        wrong(error.span(), "unbalanced brackets, or no token of Rust".to_owned())
    })?;
    let file: syn::File = syn::parse2(without_bodies(tokens))
        .map_err(|error| wrong(error.span(), error.to_string()))?;
    let mut reader = Reader { framework, cfgs: Vec::new(), found: Contents::default() };
    reader.found.cfgs = cfgs(&flat(&file.attrs));
    reader.visit_file(&file);
    Ok(reader.found)
}

/// Returns the text without what may stand before the first token: a byte order mark, and the line
/// that names an interpreter.
fn code(text: &str) -> &str {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    match text.strip_prefix("#!") {
        Some(rest) if !rest.trim_start().starts_with('[') => {
            // The end of the line stays, so that the lines keep their numbers.
            text.find('\n').map_or("", |end| &text[end..])
        }
        _ => text,
    }
}

/// Empties the bodies of functions in which nothing can be declared. They are most of a source, and
/// parsing them takes four times as long as all the rest.
fn without_bodies(tokens: TokenStream) -> TokenStream {
    let mut is_body_next = false;
    let emptied = tokens.into_iter().map(|token| match token {
        TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => {
            let content = match std::mem::take(&mut is_body_next) {
                true if declares_nothing(group.stream()) => TokenStream::new(),
                true => group.stream(),
                // Of a module, an implementation, a trait.
                false => without_bodies(group.stream()),
            };
            let mut shorter = Group::new(Delimiter::Brace, content);
            shorter.set_span(group.span());
            TokenTree::Group(shorter)
        }
        TokenTree::Ident(word) => {
            is_body_next |= word == "fn";
            TokenTree::Ident(word)
        }
        TokenTree::Punct(end) => {
            is_body_next &= end.as_char() != ';';
            TokenTree::Punct(end)
        }
        token => token,
    });
    emptied.collect()
}

/// Tells whether there is no attribute, module or included file in a function's body.
fn declares_nothing(body: TokenStream) -> bool {
    body.into_iter().all(|token| match token {
        TokenTree::Group(group) => declares_nothing(group.stream()),
        TokenTree::Punct(punct) => punct.as_char() != '#',
        TokenTree::Ident(word) => word != "mod" && !word.to_string().starts_with("include"),
        TokenTree::Literal(_) => true,
    })
}

struct Reader<'a> {
    framework: &'a [String],
    /// The conditions of the items around the present one, up to the module.
    cfgs: Vec<String>,
    found: Contents,
}

impl Visit<'_> for Reader<'_> {
    fn visit_item(&mut self, item: &syn::Item) {
        let attributes = flat(attributes(item));
        if let syn::Item::Mod(module) = item {
            self.module(module, &attributes);
            return;
        }
        let outside = self.cfgs.len();
        self.cfgs.extend(cfgs(&attributes));
        if let Some(name) = name(item) {
            self.definitions(&name, &attributes);
        }
        visit::visit_item(self, item);
        self.cfgs.truncate(outside);
    }

    fn visit_impl_item_fn(&mut self, function: &syn::ImplItemFn) {
        self.function(&function.sig, &function.attrs, |reader| {
            visit::visit_impl_item_fn(reader, function);
        });
    }

    fn visit_trait_item_fn(&mut self, function: &syn::TraitItemFn) {
        self.function(&function.sig, &function.attrs, |reader| {
            visit::visit_trait_item_fn(reader, function);
        });
    }

    fn visit_macro(&mut self, call: &Macro) {
        let Some(called) = call.path.segments.last() else { return };
        let called = called.ident.to_string();
        if called.starts_with("include") {
            let file = call.parse_body::<LitStr>();
            self.found.included.extend(file.ok().map(|file| file.value()));
            return;
        }
        // `cfg_if!` and its like declare modules; whether they do is for them to say.
        let mut modules = Vec::new();
        declarations(call.tokens.clone(), &mut modules);
        self.found.modules.extend(modules.into_iter().map(|name| Declared {
            name: bare(&name.to_string()),
            line: place(name.span()).0,
            cfgs: vec![format!("inside `{called}!`")],
            paths: Vec::new(),
            body: None,
        }));
    }
}

impl Reader<'_> {
    fn module(&mut self, module: &ItemMod, attributes: &[Flat]) {
        let cfgs = [&self.cfgs[..], &cfgs(attributes)].concat();
        let body = module.content.as_ref().map(|(_, items)| {
            let (framework, found) = (self.framework, Contents::default());
            let mut reader = Reader { framework, cfgs: Vec::new(), found };
            items.iter().for_each(|item| reader.visit_item(item));
            reader.found
        });
        self.found.modules.push(Declared {
            name: bare(&module.ident.to_string()),
            line: place(module.mod_token.span).0,
            cfgs,
            paths: attributes.iter().filter_map(path).collect(),
            body,
        });
    }

    /// Reads a function of a block or trait.
    fn function(
        &mut self,
        signature: &syn::Signature,
        attributes: &[Attribute],
        inside: impl FnOnce(&mut Self),
    ) {
        let mut attributes = flat(attributes);
        let outside = self.cfgs.len();
        self.cfgs.extend(cfgs(&attributes));
        attributes.retain(|attribute| self.names(attribute.meta.path(), TRACKED, Names::Any));
        self.definitions(&signature.ident.to_string(), &attributes);
        inside(self);
        self.cfgs.truncate(outside);
    }

    /// Notes what the attributes of the item called `name` define.
    fn definitions(&mut self, name: &str, attributes: &[Flat]) {
        if self.framework.is_empty() {
            return;
        }
        for attribute in attributes {
            let Some((kind, span)) = self.definition(attribute, attributes) else { continue };
            if kind == MAIN {
                self.found.has_main = true;
                continue;
            }
            let (line, column) = place(span);
            let mut cfgs = [&self.cfgs[..], &attribute.cfgs].concat();
            if kind == "test" {
                cfgs.push("test".to_owned());
            }
            self.found.items.push(Item { name: name.to_owned(), kind, line, column, cfgs });
        }
    }

    /// Returns what an attribute defines, and the place that is registered.
    fn definition(&self, attribute: &Flat, all: &[Flat]) -> Option<(&'static str, Span)> {
        let path = attribute.meta.path();
        if path.is_ident("derive") {
            let list = attribute.meta.require_list().ok()?;
            let derived = list.parse_args_with(Punctuated::<Path, Token![,]>::parse_terminated);
            let derived = derived.ok()?;
            let facet = derived.iter().find(|path| self.names(path, "Facet", Names::Any))?;
            // Other crates have a derive of this name; ours wants to know the facet's.
            return all.iter().any(names_a_facet).then(|| ("facet", facet.span()));
        }
        let found = ATTRIBUTES.iter().find(|(name, _, names)| self.names(path, name, *names));
        found.map(|(_, kind, _)| (*kind, attribute.span))
    }

    /// Tells whether `path` means the framework's `name`.
    fn names(&self, path: &Path, name: &str, names: Names) -> bool {
        let is_named = path.segments.last().is_some_and(|segment| segment.ident == name);
        let is_ours = match path.segments.first() {
            Some(_) if path.segments.len() == 1 => names == Names::Any,
            Some(first) => self.framework.iter().any(|krate| first.ident == krate),
            None => false,
        };
        is_named && is_ours
    }
}

/// An attribute, taken out of the `cfg_attr`s around it.
struct Flat {
    meta: Meta,
    /// Where the compiler sees it.
    span: Span,
    /// The conditions of the `cfg_attr`s.
    cfgs: Vec<String>,
}

fn flat(attributes: &[Attribute]) -> Vec<Flat> {
    let mut all = Vec::new();
    for attribute in attributes {
        flatten(&attribute.meta, attribute.pound_token.span, &[], &mut all);
    }
    all
}

fn flatten(meta: &Meta, span: Span, cfgs: &[String], all: &mut Vec<Flat>) {
    if !meta.path().is_ident("cfg_attr") {
        all.push(Flat { meta: meta.clone(), span, cfgs: cfgs.to_vec() });
        return;
    }
    let Ok(list) = meta.require_list() else { return };
    let metas = list.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated);
    let Ok(metas) = metas else { return };
    let Some(condition) = metas.first() else { return };
    let cfgs = [cfgs, &[text(condition)]].concat();
    for meta in metas.iter().skip(1) {
        flatten(meta, meta.path().span(), &cfgs, all);
    }
}

/// Returns the conditions under which an item with these attributes is compiled.
fn cfgs(attributes: &[Flat]) -> Vec<String> {
    let conditions = attributes.iter().filter(|attribute| attribute.meta.path().is_ident("cfg"));
    conditions
        .filter_map(|attribute| Some(text(&attribute.meta.require_list().ok()?.tokens)))
        .collect()
}

/// Returns the file that a `#[path]` names.
fn path(attribute: &Flat) -> Option<Conditional<String>> {
    let pair = attribute.meta.require_name_value().ok()?;
    match &pair.value {
        Expr::Lit(value) if pair.path.is_ident("path") => match &value.lit {
            Lit::Str(text) => {
                Some(Conditional { value: text.value(), cfgs: attribute.cfgs.clone() })
            }
            _ => None,
        },
        _ => None,
    }
}

fn names_a_facet(attribute: &Flat) -> bool {
    let names = |tokens: &TokenStream| {
        let mut tokens = tokens.clone().into_iter();
        tokens.any(|token| matches!(token, TokenTree::Ident(ident) if ident == "name"))
    };
    let list = attribute.meta.require_list();
    list.is_ok_and(|list| list.path.is_ident("facet") && names(&list.tokens))
}

/// Finds each `mod name;` among the arguments of a macro.
fn declarations(tokens: TokenStream, found: &mut Vec<proc_macro2::Ident>) {
    let mut last = [None, None];
    for token in tokens {
        if let TokenTree::Group(group) = &token {
            declarations(group.stream(), found);
        }
        if let [Some(TokenTree::Ident(word)), Some(TokenTree::Ident(name))] = &last
            && word == "mod"
            && matches!(&token, TokenTree::Punct(end) if end.as_char() == ';')
        {
            found.push(name.clone());
        }
        let [_, before] = last;
        last = [before, Some(token)];
    }
}

fn attributes(item: &syn::Item) -> &[Attribute] {
    use syn::Item;
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::ExternCrate(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::ForeignMod(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::TraitAlias(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Union(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

/// Returns the name of an item that can be a definition.
fn name(item: &syn::Item) -> Option<String> {
    match item {
        syn::Item::Fn(item) => Some(item.sig.ident.to_string()),
        syn::Item::Struct(item) => Some(item.ident.to_string()),
        syn::Item::Enum(item) => Some(item.ident.to_string()),
        syn::Item::Trait(item) => Some(item.ident.to_string()),
        _ => None,
    }
}

/// A module `r#type` stands in `type.rs`.
fn bare(name: &str) -> String {
    name.strip_prefix("r#").unwrap_or(name).to_owned()
}

/// Returns source as it is written, on one line.
fn text(source: &impl Spanned) -> String {
    let text = source.span().source_text().unwrap_or_default();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Returns line and column, both from 1.
fn place(span: Span) -> (u32, u32) {
    let start = span.start();
    let number = |place: usize| u32::try_from(place).unwrap_or(u32::MAX);
    (number(start.line), number(start.column).saturating_add(1))
}

#[cfg(test)]
mod tests;
