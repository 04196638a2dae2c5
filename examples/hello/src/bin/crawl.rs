//! Fetches the pages of a service that is busy now and then, has lost a page, and has a quota.

use thinking::prelude::*;
use thiserror::Error;

/// How the service behaves. It is made up: what a real one does is in no settings.
#[derive(Debug, Deserialize, Facet)]
#[facet(name = "service")]
struct Service {
    /// How many times it is busy before it gives page 2.
    #[facet(default = 0, auxiliary)]
    busy: u32,
    /// The page that it has lost.
    #[facet(auxiliary)]
    lost: Option<u32>,
    /// How many pages it gives a day.
    #[facet(default = 100, auxiliary)]
    quota: u32,
}

/// Why there is no page.
#[derive(Debug, Error)]
enum ServiceError {
    #[error("the service is busy")]
    Busy,
    #[error("page {page} is lost")]
    Lost { page: u32 },
}

/// Asks the service for a page.
fn ask(service: &Config<Service>, page: u32, attempt: u32) -> Result<String, ServiceError> {
    if page == 2 && attempt <= service.busy() {
        return Err(ServiceError::Busy);
    }
    if *service.lost() == Some(page) {
        return Err(ServiceError::Lost { page });
    }
    Ok(format!("the text of page {page}"))
}

/// Tells whether another attempt may help.
fn is_busy(error: &(dyn std::error::Error + 'static)) -> bool {
    matches!(error.downcast_ref(), Some(ServiceError::Busy))
}

#[step(retries = 3, backoff = "10ms".."1s", jitter = false, retry_if = is_busy, timeout = "1m")]
fn fetch(page: u32, service: Config<Service>, tx: &mut Tx) -> Result<String> {
    if page > service.quota() {
        return Err(Flow::to_be_continued("the quota of today is used up").into());
    }
    Ok(ask(&service, page, tx.attempt())?)
}

#[allow(clippy::print_stdout, reason = "pages are what the program is for")]
#[stage]
fn crawl(stage: &Stage) -> Result<()> {
    for page in 1..=4 {
        match stage.attempt(fetch(page))? {
            Ok(text) => println!("{text}"),
            Err(failure) => println!("no page {page}: {}", failure.source),
        }
    }
    Ok(())
}

#[thinking::main]
fn main(app: App) -> Result<()> {
    app.experiment(crawl())
}
