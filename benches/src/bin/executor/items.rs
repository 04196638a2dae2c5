//! A store of very many steps: made once, and skipped when they are run again.

use std::path::Path;

use thinking::prelude::*;

use crate::{execute, print, store, timed};

pub(crate) const TOTALS: Table<u32, u64> = Table::new("totals");

/// Writes one key again and again, so that it has as many versions as there are items.
#[step]
pub(crate) fn item(n: u32, tx: &mut Tx) -> Result<u32> {
    tx.table_mut(TOTALS)?.insert(&0, &u64::from(n))?;
    Ok(n)
}

/// Makes the store, in groups.
pub(crate) fn build(directory: &Path, number: u32) -> Result<()> {
    execute(grouped::items(number), &store(directory)?)
}

/// Runs the steps of the store again; tells the time of one, and how much memory the process had
/// at the most before and behind that.
pub(crate) fn skip(directory: &Path, number: u32) -> Result<()> {
    let store = store(directory)?;
    let before = peak_kib()?;
    let time = timed(|| execute(single::items(number), &store))?;
    print("skip", &[time / u64::from(number.max(1))])?;
    print("kib-before", &[before])?;
    print("kib", &[peak_kib()?])
}

// Stages of one name are one task, however their bodies run the same steps.
mod grouped {
    //! The items in groups.

    use super::*;

    #[stage]
    pub(super) fn items(stage: &Stage, number: u32) -> Result<()> {
        stage.run_all((0..number).map(item))?;
        Ok(())
    }
}

mod single {
    //! The items one by one.

    use super::*;

    #[stage]
    pub(super) fn items(stage: &Stage, number: u32) -> Result<()> {
        for n in 0..number {
            stage.run(item(n))?;
        }
        Ok(())
    }
}

/// Returns how much memory the process had at the most; 0 where the system does not tell.
fn peak_kib() -> Result<u64> {
    let Ok(status) = std::fs::read_to_string("/proc/self/status") else {
        return Ok(0);
    };
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let number = line.and_then(|line| line.split_whitespace().next());
    number.unwrap_or("0").parse().context("`VmHWM` is a number")
}
