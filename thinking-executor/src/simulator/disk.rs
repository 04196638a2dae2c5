//! A disk in memory that fails, and that forgets in a crash what was not synced.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::Random;

/// What a disk loses of a write at once, if it does.
const SECTOR_BYTES: usize = 512;

/// A disk in memory; clones share it. `Database::with_backend` keeps a database on it.
///
/// A write that fails may have happened in part. What a sync that returned `Ok` was called after
/// survives each crash; of what was written since, any sectors do, in any order.
#[derive(Debug, Clone, Default)]
pub struct Disk {
    contents: Arc<Mutex<Contents>>,
}

#[derive(Debug, Default)]
struct Contents {
    /// What a read gives.
    now: Vec<u8>,
    /// What survives every crash.
    synced: Vec<u8>,
    /// What changed since, in order.
    unsynced: Vec<Change>,
    /// How many writes and syncs there were.
    operations: u64,
    fails_from: Option<u64>,
}

#[derive(Debug)]
enum Change {
    Length(usize),
    Bytes(usize, Vec<u8>),
}

impl Disk {
    /// Makes every operation fail from the n-th write or sync on, counted from 0.
    pub fn fail_from(&self, n: u64) {
        self.lock().fails_from = Some(n);
    }

    /// Returns how many writes and syncs there were.
    pub fn operations(&self) -> u64 {
        self.lock().operations
    }

    /// Returns a disk as it may be found after a loss of power: with what was synced, and any of
    /// the sectors that were written since.
    pub fn crash(&self, random: &mut Random) -> Disk {
        let contents = self.lock();
        let mut bytes = contents.synced.clone();
        // Everything, nothing, or this many of four.
        let kept = random.below(5);
        for change in &contents.unsynced {
            match change {
                Change::Length(length) if random.below(4) < kept => bytes.resize(*length, 0),
                Change::Length(_) => {}
                Change::Bytes(start, written) => {
                    for (at, sector) in sectors(*start, written) {
                        if random.below(4) < kept {
                            put(&mut bytes, at, sector);
                        }
                    }
                }
            }
        }
        let contents = Contents { now: bytes.clone(), synced: bytes, ..Contents::default() };
        Disk { contents: Arc::new(Mutex::new(contents)) }
    }

    fn lock(&self) -> MutexGuard<'_, Contents> {
        self.contents.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Contents {
    /// Counts an operation; what it does may still happen in part if it fails.
    fn operate(&mut self, change: Option<Change>) -> io::Result<()> {
        let number = self.operations;
        self.operations += 1;
        let failed = self.check();
        if failed.is_ok() || self.fails_from == Some(number) {
            self.unsynced.extend(change);
        }
        failed
    }

    fn check(&self) -> io::Result<()> {
        match self.fails_from {
            Some(n) if self.operations > n => Err(io::Error::other("the disk failed")),
            _ => Ok(()),
        }
    }
}

/// Cuts a write at the borders of sectors.
fn sectors(start: usize, bytes: &[u8]) -> Vec<(usize, &[u8])> {
    let mut sectors = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let end = (at + SECTOR_BYTES - (start + at) % SECTOR_BYTES).min(bytes.len());
        sectors.push((start + at, &bytes[at..end]));
        at = end;
    }
    sectors
}

fn put(bytes: &mut Vec<u8>, start: usize, written: &[u8]) {
    let end = start + written.len();
    if bytes.len() < end {
        bytes.resize(end, 0);
    }
    bytes[start..end].copy_from_slice(written);
}

impl redb::StorageBackend for Disk {
    fn len(&self) -> io::Result<u64> {
        let contents = self.lock();
        contents.check()?;
        Ok(contents.now.len() as u64)
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        let contents = self.lock();
        contents.check()?;
        let start = offset as usize;
        let bytes = contents.now.get(start..start + out.len());
        out.copy_from_slice(bytes.ok_or(io::ErrorKind::UnexpectedEof)?);
        Ok(())
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        let mut contents = self.lock();
        contents.operate(Some(Change::Length(len as usize)))?;
        contents.now.resize(len as usize, 0);
        Ok(())
    }

    fn sync_data(&self) -> io::Result<()> {
        let mut contents = self.lock();
        contents.operate(None)?;
        contents.synced = contents.now.clone();
        contents.unsynced.clear();
        Ok(())
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        let mut contents = self.lock();
        contents.operate(Some(Change::Bytes(offset as usize, data.to_vec())))?;
        put(&mut contents.now, offset as usize, data);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    //! What is synced stays; of the rest, any part.

    use std::collections::BTreeSet;

    use redb::StorageBackend;

    use super::*;

    #[test]
    fn a_crash_keeps_what_was_synced_and_some_sectors_of_the_rest() {
        let disk = Disk::default();
        disk.write(0, &[1; 1000]).unwrap();
        disk.sync_data().unwrap();
        disk.write(500, &[2; 1000]).unwrap();
        let mut seen = BTreeSet::new();
        for seed in 0..100 {
            let after = disk.crash(&mut Random::new(seed)).lock().now.clone();
            assert_eq!(after[..500], [1; 500]);
            let sectors = [500..512, 512..1000, 1000..1024, 1024..1500];
            seen.insert(sectors.map(|sector| after.get(sector).map(|bytes| bytes[0])));
        }
        assert!(seen.len() > 5, "{seen:?}");
        disk.fail_from(disk.operations());
        assert!(disk.sync_data().is_err() && disk.read(0, &mut [0]).is_err());
    }
}
