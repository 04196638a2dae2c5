//! A body asks for something that no container supplies.

use thinking::prelude::*;

struct Clock;

fn main() {
    let builder = App::builder(thinking::main_module!());
    let _ = builder.call(|_clock: Clock| -> Result<()> { Ok(()) });
}
