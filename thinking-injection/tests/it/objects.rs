//! Functions that return an interface, not the type behind it.

use std::sync::{Arc, Mutex};

use expect_test::expect;
use thinking::{
    BoxError, Component, Container, ContainerBuilder, ContainerError, Lifecycle, Outcome, Pick,
    Resolver, Scope, component, interface,
};
use thinking_runtime::Profiles;

#[interface]
trait Voice: Send + Sync {
    fn say(&self) -> String;
}

/// One whose hooks are to be called is a lifecycle itself.
#[interface]
trait Machine: Voice + Lifecycle {}

struct Dog(&'static str);

impl Voice for Dog {
    fn say(&self) -> String {
        self.0.to_owned()
    }
}

/// Passes on one that the container has.
#[component(primary)]
fn chosen(#[inject(named = "small")] small: Arc<dyn Voice>) -> Arc<dyn Voice> {
    small
}

#[component(named = "small")]
fn small() -> Box<dyn Voice> {
    Box::new(Dog("yip"))
}

#[component(named = "large")]
fn large() -> Result<std::sync::Arc<dyn Voice>, BoxError> {
    Ok(Arc::new(Dog("woof")))
}

#[component(named = "broken", when(profile = "broken"))]
fn broken() -> Result<Box<dyn Voice>, BoxError> {
    Err("it has lost its voice".into())
}

#[component(named = "fleeting", scope = transient, when(profile = "fleeting"))]
fn fleeting() -> Box<dyn Voice> {
    Box::new(Dog("yap"))
}

struct Robot {
    log: Arc<Mutex<Vec<String>>>,
}

#[component]
fn log() -> Mutex<Vec<String>> {
    Mutex::default()
}

#[component]
struct Maker;

#[component]
impl Maker {
    /// Of an associated function, and with the interface above.
    #[component(provides = dyn Voice, named = "robot")]
    fn robot(log: Arc<Mutex<Vec<String>>>) -> Box<dyn Machine> {
        Box::new(Robot { log })
    }
}

impl Voice for Robot {
    fn say(&self) -> String {
        "beep".to_owned()
    }
}

impl Machine for Robot {}

impl Lifecycle for Robot {
    fn start(&self) -> Result<(), BoxError> {
        self.log.lock().unwrap().push("started".to_owned());
        Ok(())
    }

    fn stop(&self, outcome: &Outcome) -> Result<(), BoxError> {
        self.log.lock().unwrap().push(format!("stopped after {outcome}"));
        Ok(())
    }
}

fn builder() -> ContainerBuilder {
    Container::builder().registered()
}

#[test]
fn what_a_function_returns_is_asked_for_as_its_interface() {
    let container = builder().build().unwrap();
    assert_eq!(container.get::<dyn Voice>().unwrap().say(), "yip");
    let named = |name| container.inject::<Arc<dyn Voice>>(Some(name)).unwrap().say();
    assert_eq!([named("small"), named("large"), named("robot")], ["yip", "woof", "beep"]);
    let all: Vec<Arc<dyn Voice>> = container.inject(None).unwrap();
    assert_eq!(all.len(), 4);
    let small = container.inject::<Arc<dyn Voice>>(Some("small")).unwrap();
    assert!(Arc::ptr_eq(&container.get::<dyn Voice>().unwrap(), &small), "it is the same one");
    assert!(container.get::<Arc<dyn Voice>>().is_err(), "nobody asks for an `Arc` in an `Arc`");
}

#[test]
fn its_hooks_are_those_of_the_interface() {
    let container = builder().build().unwrap();
    let log = container.get::<Mutex<Vec<String>>>().unwrap();
    assert!(container.get::<dyn Machine>().is_ok());
    container.stop(&Outcome::Success);
    assert_eq!(*log.lock().unwrap(), ["started", "stopped after success"]);
}

#[test]
fn it_is_made_when_it_is_asked_for_if_its_scope_says_so() {
    let container = builder().profiles(Profiles::new(["fleeting"])).build().unwrap();
    let fleeting = || container.inject::<Arc<dyn Voice>>(Some("fleeting")).unwrap();
    assert_eq!(fleeting().say(), "yap");
    assert!(!Arc::ptr_eq(&fleeting(), &fleeting()));

    let log = Arc::new(Mutex::default());
    let robot = |scope| {
        let log = log.clone();
        let new = move |_: &Resolver<'_>| -> Result<Arc<dyn Machine>, BoxError> {
            Ok(Arc::new(Robot { log: log.clone() }))
        };
        Component::object::<dyn Machine>("app::robot", thinking_modules::here!(), new)
            .provides::<dyn Voice>(|machine| machine)
            .scope(scope)
    };
    let transient = robot(Scope::Transient).build();
    let container = Container::builder().component(transient).build().unwrap();
    assert_eq!(container.get::<dyn Machine>().unwrap().say(), "beep");
    assert_eq!(container.get::<dyn Voice>().unwrap().say(), "beep");

    let of_step = robot(Scope::Step).lifecycle().build();
    let container = Container::builder().component(of_step).build().unwrap();
    let step = container.open(Scope::Step);
    let machine: Arc<dyn Voice> = step.container().get::<dyn Machine>().unwrap();
    assert!(Arc::ptr_eq(&machine, &step.container().get::<dyn Voice>().unwrap()));
    assert!(step.close(&Outcome::Success).is_empty());
    assert_eq!(*log.lock().unwrap(), ["started", "stopped after success"]);
}

#[test]
fn its_error_is_that_of_a_constructor() {
    let error = builder().profiles(Profiles::new(["broken"])).build().err().unwrap();
    let ContainerError::Construct { failed, source } = error else { panic!("{error}") };
    assert_eq!(failed.path, "it::objects::broken");
    assert_eq!(source.to_string(), "it has lost its voice");
}

#[test]
fn it_may_be_replaced_and_shown() {
    let double = Component::object::<dyn Voice>("test::double", thinking_modules::here!(), |_| {
        Ok(Arc::new(Dog("meow")))
    });
    let builder = builder().replace(Pick::of::<dyn Voice>(), double.build());
    let (wiring, _) = builder.inspect();
    let types = wiring.types.iter().filter(|ty| ty.name.contains("objects::"));
    let shown: Vec<_> = types.map(|ty| format!("{}: {:?}", ty.name, ty.candidates)).collect();
    expect![[r#"
        dyn it::objects::Voice: ["test::double"]
        it::objects::Maker: ["it::objects::Maker"]"#]]
    .assert_eq(&shown.join("\n"));
}
