//! The attributes of the `thinking` framework.
//!
//! Use them through the facade `thinking`, or through the crate of the part you use; they are
//! documented there. Generated code names `::thinking::__private::…` only; each attribute takes
//! `crate = path` where that name does not exist.

use proc_macro::TokenStream;

mod action;
mod choices;
mod code;
mod component;
mod entry;
mod facet;
mod fixture;
mod interface;
mod key;
mod parameter;
mod policy;
mod section;
mod setting;
mod shared;
mod task;
mod test;
mod tracked;

/// Derives `Facet`: one typed section of configuration. See `thinking_runtime::Facet`.
#[proc_macro_derive(Facet, attributes(facet))]
pub fn derive_facet(input: TokenStream) -> TokenStream {
    facet::derive(input.into()).into()
}

/// Derives `Section`: a table in a facet's file. See `thinking_runtime::Section`.
#[proc_macro_derive(Section, attributes(section))]
pub fn derive_section(input: TokenStream) -> TokenStream {
    section::derive(input.into()).into()
}

/// Declares a component: a struct whose fields are injected, or a function whose parameters are
/// and whose result is provided, or the value of its `Result`. The function may be `async` with the
/// feature `tokio`.
///
/// A function that returns an `Arc<dyn Trait>` or a `Box<dyn Trait>`, in a `Result` or not, provides
/// `dyn Trait`. Its hooks are called if the trait has `Lifecycle` as a supertrait.
///
/// | option | meaning |
/// |---|---|
/// | `provides = dyn Trait` | it answers where the trait is asked for; may be given several times |
/// | `primary` | it is chosen where one is asked for and several could answer |
/// | `fallback` | it takes part only where nothing else that is active provides the type |
/// | `named = "…"` | it can be asked for by this name |
/// | `order = n` | its place where all are asked for; lower first, 0 if absent |
/// | `scope = …` | `singleton` (if absent), `stage`, `step`: one per container, stage or step; `transient`: a new one for each who asks |
/// | `limit = …` | a `Duration`: the log names its constructor and hooks when they take longer |
/// | `parallel` | it is constructed and started on a thread of its own, while others are |
/// | `when(…)` | it takes part only while all of these hold |
/// | `instances(Type<…>, …)` | the components of a generic type; `function::<…>` of a generic function |
/// | `crate = path` | where generated code finds the framework |
///
/// In `when(…)` may stand `profile = "…"`, `facet(name.key = value)`, or `name.table.key`,
/// `missing = dyn Trait`, `any(…)`, `all(…)` and `not(…)`.
///
/// Fields and parameters may be `Arc<T>`, `Option<Arc<T>>`, `Vec<Arc<T>>`,
/// `BTreeMap<String, Arc<T>>` with a type or a `dyn Trait`, `Lazy<…>` of these, `Factory<Arc<T>>`,
/// `Config<Facet>` and `Container`. `#[inject(named = "…")]` asks by name; `#[inject(default)]` and
/// `#[inject(value = …)]` fill fields of other types.
///
/// On an `impl Trait for Type` block it means that the component `Type` provides `dyn Trait`. On
/// an `impl Type` block it looks for associated functions that are marked with it, with their own
/// options, and that make components.
#[proc_macro_attribute]
pub fn component(options: TokenStream, item: TokenStream) -> TokenStream {
    component::expand(options.into(), item.into()).into()
}

/// Declares a trait that components provide. It must be `Send + Sync` and usable as `dyn Trait`.
#[proc_macro_attribute]
pub fn interface(options: TokenStream, item: TokenStream) -> TokenStream {
    interface::expand(options.into(), item.into()).into()
}

/// Declares a step: a task that may change data, and whose effect and record are one commit.
///
/// Calling the function gives a task for `Stage::run`. Parameters of the types that `#[component]`
/// injects, and `&mut Tx`, are supplied; all others are arguments, part of the step's identity,
/// and must be `Serialize + Clone`. `#[inject]` and `#[arg]` on a parameter settle the unusual.
///
/// | option | meaning |
/// |---|---|
/// | `key = "fold-{fold}"` | how the step's key is made from its arguments |
/// | `version = n` | a version of the step's code, to be raised when something it uses changed |
/// | `alias = "former_name"` | the function was called so before: what is recorded under that name is its; several may be given |
/// | `retries = n` | how often it is tried again if it fails |
/// | `backoff = "1s".."1m"` | the first pause before that and the longest; or one for all, `"2s"` |
/// | `jitter = false` | leaves pauses as they are; otherwise they are shortened at random, by up to a half |
/// | `retry_if = path` | a `fn(&(dyn Error + 'static)) -> bool`: whether to try again after the error |
/// | `timeout = "10m"` | how long an attempt may take; one that took longer has failed |
/// | `crate = path` | where generated code finds the framework |
#[proc_macro_attribute]
pub fn step(options: TokenStream, item: TokenStream) -> TokenStream {
    task::expand(task::Kind::Step, options.into(), item.into()).into()
}

/// Declares a stage: a container of tasks in order, whose body runs in every session.
///
/// As `#[step]`, but it gets `&Stage` to run tasks with and cannot change data.
///
/// | option | meaning |
/// |---|---|
/// | `key`, `version`, `alias`, `crate` | as for `#[step]` |
/// | `sealed` | once it is finished it is skipped whole, without running its body, as long as all that it and the tasks in it depend on is the same; its result is `Serialize` and `DeserializeOwned` |
#[proc_macro_attribute]
pub fn stage(options: TokenStream, item: TokenStream) -> TokenStream {
    task::expand(task::Kind::Stage, options.into(), item.into()).into()
}

/// Declares a bootstrap action: a function that is called once, in order, before `main`'s body and
/// before components are built.
///
/// | option | meaning |
/// |---|---|
/// | `after = "…"`, `before = "…"` | its place beside another action; may be given several times |
/// | `prepare = function` | a function that gets `&mut Prepare<'_>` before facets are loaded |
/// | `required` | it may not be disabled |
/// | `name = "…"` | its name, if not the function's |
/// | `crate = path` | where generated code finds the framework |
///
/// Parameters may be `Config<Facet>` and `Arc<Runtime>`; components do not exist yet. Both
/// functions return nothing, or a `Result<(), E>`. Actions whose order nothing says are ordered by
/// name. The built-in one, `logging`, comes first. `thinking_runtime::bootstrap` has an example.
#[proc_macro_attribute]
pub fn action(options: TokenStream, item: TokenStream) -> TokenStream {
    action::expand(options.into(), item.into()).into()
}

/// Makes a function decide about the components of its program: it returns `Choices`, which say who
/// is a fallback, who is the default and who is forced.
///
/// It is asked once the facets are loaded, and before the graph is checked. Parameters may be
/// `Config<Facet>` and `Arc<Runtime>`; components do not exist yet. A container without a runtime
/// does not ask it. The only option is `crate = path`. `thinking_injection::Choices` has an example.
#[proc_macro_attribute]
pub fn choices(options: TokenStream, item: TokenStream) -> TokenStream {
    choices::expand(options.into(), item.into()).into()
}

/// Makes `fn main` the body of an application: configuration, logging and components are ready
/// when it runs, and its parameters are injected.
///
/// Its documentation is what `--help` says of the program; without any, the package's description.
#[proc_macro_attribute]
pub fn main(options: TokenStream, item: TokenStream) -> TokenStream {
    entry::expand(options.into(), item.into()).into()
}

/// Makes a function an ordinary `#[test]` whose parameters are injected from a container of its
/// own, with the profile `test`. `thinking_tests` has examples of every option.
///
/// | option | meaning |
/// |---|---|
/// | `tags("slow", "db")` | what it is about, for choosing cases; also `tags = "slow"` |
/// | `timeout = "30s"` | how long it may take, from its setup to the end of its teardown |
/// | `retries = n` | how often it is tried again after a failure |
/// | `exclusive = "db"` | no other case that names the resource runs at the same time; `exclusive("db", "net")` for several |
/// | `setup = f` | a function or closure whose parameters are injected; what it returns, or the value of its `Result`, is the parameter called `setup` |
/// | `teardown = f` | a function or closure that is called after the body, whatever became of it |
/// | `with = f` | a function that returns an `Arc<dyn Trait>` or `Arc<T>`, which answers in this case wherever that is asked for; or a `fn(ContainerBuilder) -> ContainerBuilder`. May be given several times |
/// | `with(dyn Trait = value)` | the same with a value, in an `Arc` or a `Box` or in neither; also `with(Type = value)`, and several |
/// | `profile = "…"` | the profile is active besides; may be given several times |
/// | `set(name.key = value, …)` | the setting has this value, whatever files and variables say; `name.table.key` for one in a table |
/// | `share` | it uses the container of all cases of its process that say so, with all components; `share = false` where the group says `share` |
/// | `crate = path` | where generated code finds the framework |
///
/// The parameter `setup` takes the value, as `setup: T`, or borrows it, as `setup: &T` or
/// `setup: &mut T`. The teardown takes nothing, the value, the `Outcome` (or `&Outcome`), or value and
/// outcome. If the body has taken the value, the teardown gets a clone of what it was, if its type is
/// `Clone`, else none.
///
/// A parameter of a type `&T` is the fixture of that name; see [`macro@fixture`]. `#[from(path)]` before
/// it names another one.
///
/// `#[row(2, 4)]` below the attribute gives the first parameters their values; each row is a case of its
/// own, `function::row_1`, or `function::negative` for `#[row(named("negative"), -3, 9)]`. All rows have
/// the same length.
///
/// `#[values(1, 2)]` on the parameters behind those of rows, or on the first ones without rows, makes a
/// case of each combination of them with each row: `function::row_1_size_2`, or `function::size_2`. The
/// name has the letters and digits of a value that is a literal or a path, and else its number.
///
/// The function may return a `Result<(), E>`, and may be `async` with the feature `tokio`.
/// `#[should_panic]` and `#[ignore]` mean what they always do. Bootstrap actions are performed once per
/// process and see the configuration without what a case changes.
#[proc_macro_attribute]
pub fn test(options: TokenStream, item: TokenStream) -> TokenStream {
    test::expand(options.into(), item.into()).into()
}

/// Gives the cases of an inline module, and of those below it, what they do not say themselves.
///
/// It takes the options of [`macro@test`]. `tags` add up. So do `profile`, `set` and `with`, where what
/// stands nearer to a case comes later and so counts. Of the others, what stands nearest to a case
/// counts.
///
/// Cases are found by their attribute: it is written with its path, `#[thinking::test]`, or says or
/// stands on what the standard `#[test]` cannot. What a macro of the module writes is not seen.
#[proc_macro_attribute]
pub fn tests(options: TokenStream, item: TokenStream) -> TokenStream {
    test::group::expand(options.into(), item.into()).into()
}

/// Makes a function a fixture: a value that tests borrow by the function's name, with a parameter
/// `name: &T`.
///
/// It is made when the first one needs it. Its parameters are injected, or other fixtures that do not
/// live shorter. The function returns the value or a `Result` of it, which must be `Send + Sync`, and
/// may be `async` with the feature `tokio`. It stays a function that may be called.
///
/// | option | meaning |
/// |---|---|
/// | `scope = "…"` | how long the value lives: for a `case` (if absent), until the last case of a `module` that uses it has ended, or until the end of the process, the `binary` |
/// | `teardown = f` | a function of nothing, the value, the `Outcome` or `&Outcome` of those that used it, or of value and outcome; without it the value is dropped |
/// | `crate = path` | where generated code finds the framework |
#[proc_macro_attribute]
pub fn fixture(options: TokenStream, item: TokenStream) -> TokenStream {
    fixture::expand(options.into(), item.into()).into()
}

/// Makes the code of a helper count: a step that calls a tracked function, directly or through
/// others, runs again when that function's tokens have changed.
///
/// Stands on a function with a body, free or of an `impl` block or trait, generic, `async`, `unsafe`
/// or `extern`; or on an `impl` block.
///
/// | option | meaning |
/// |---|---|
/// | `version = n` | to be raised when something it uses changed that is not tracked: a constant, another crate |
/// | `crate = path` | where generated code finds the framework |
///
/// What counts are the tokens of signature and body; attributes, comments, documentation and layout
/// do not. Functions that it calls count if they are tracked themselves. A call takes no lock and
/// allocates nothing once its thread has reported it. An `async fn` is called when it is first
/// polled. A `const fn` cannot be tracked.
///
/// A block counts as a whole: for each step that calls one of its functions, and for each into which
/// a component of its type is injected, directly or through other components, whatever it calls. A
/// generic block has no single type; there, calls count. Constants of a block are read without a
/// call.
#[proc_macro_attribute]
pub fn tracked(options: TokenStream, item: TokenStream) -> TokenStream {
    tracked::expand(options.into(), item.into()).into()
}
