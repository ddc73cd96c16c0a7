//! One file: asked for, waited for, checked.

use std::sync::atomic::Ordering;
use std::time::Duration;

use ureq::Agent;
use ureq::http::{HeaderMap, Response, StatusCode};

use crate::error::LayoutError;
use crate::manners::Manners;
use crate::plan::Item;
use crate::state::Fetched;

/// Longest body that is taken: the largest of these files has a few megabytes.
const MOST_BYTES: u64 = 64 << 20;

/// What became of a request.
pub(crate) enum Answer {
    /// A whole file that looks right.
    Body(Body),
    /// Not changed since it was fetched.
    NotModified,
    /// The publisher does not have it.
    Absent,
}

/// A file with the publisher's validators.
pub(crate) struct Body {
    pub(crate) bytes: Vec<u8>,
    pub(crate) etag: Option<String>,
    pub(crate) last_modified: Option<String>,
}

/// Why a file could not be had.
#[derive(Debug, thiserror::Error)]
pub(crate) enum GetError {
    /// No attempt is worth making.
    #[error("{0}")]
    Final(String),
    /// The attempts are used up.
    #[error("{message} ({attempts} attempts)")]
    UsedUp { message: String, attempts: u32 },
}

/// Why an attempt failed, and whether another may succeed.
struct Fault {
    message: String,
    again: Option<Option<Duration>>,
}

impl Fault {
    fn final_one(message: String) -> Fault {
        Fault {
            message,
            again: None,
        }
    }

    fn passing(message: String, wait: Option<Duration>) -> Fault {
        Fault {
            message,
            again: Some(wait),
        }
    }
}

pub(crate) fn agent(manners: &Manners) -> Agent {
    Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(5)
        .timeout_global(Some(manners.timeout))
        // A server that takes the connection and says nothing is found out sooner than one that sends slowly.
        .timeout_connect(Some(manners.timeout / 6))
        .timeout_recv_response(Some(manners.timeout / 6))
        .user_agent(concat!("alvh/", env!("CARGO_PKG_VERSION")))
        .build()
        .new_agent()
}

/// Asks for an item until it comes, is known to be absent, or the attempts are used up.
pub(crate) fn get(
    agent: &Agent,
    item: &Item,
    known: Option<&Fetched>,
    manners: &Manners,
) -> Result<Answer, GetError> {
    let mut attempt = 1;
    loop {
        let fault = match ask(agent, item, known) {
            Ok(answer) => return Ok(answer),
            Err(fault) => fault,
        };
        match fault.again {
            Some(wait) if attempt < manners.attempts && !manners.stop.load(Ordering::Relaxed) => {
                let backed_off = manners.first_wait * 2u32.saturating_pow(attempt - 1);
                (manners.wait)(wait.unwrap_or(backed_off).min(manners.longest_wait));
                attempt += 1;
            }
            Some(_) => {
                return Err(GetError::UsedUp {
                    message: fault.message,
                    attempts: attempt,
                });
            }
            None => return Err(GetError::Final(fault.message)),
        }
    }
}

fn ask(agent: &Agent, item: &Item, known: Option<&Fetched>) -> Result<Answer, Fault> {
    let mut request = agent.get(&item.url);
    if let Some(etag) = known.and_then(|k| k.etag.as_ref()) {
        request = request.header("If-None-Match", etag);
    }
    if let Some(date) = known.and_then(|k| k.last_modified.as_ref()) {
        request = request.header("If-Modified-Since", date);
    }
    let mut response = request.call().map_err(|e| broken(&e))?;
    match response.status() {
        StatusCode::OK => body(item, &mut response),
        StatusCode::NOT_MODIFIED if known.is_some() => Ok(Answer::NotModified),
        StatusCode::NOT_FOUND | StatusCode::GONE | StatusCode::FORBIDDEN if item.may_be_absent => {
            Ok(Answer::Absent)
        }
        status @ (StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT) => {
            Err(Fault::passing(
                format!("the server answered {status}"),
                retry_after(response.headers()),
            ))
        }
        status if status.is_server_error() => Err(Fault::passing(
            format!("the server answered {status}"),
            retry_after(response.headers()),
        )),
        status => Err(Fault::final_one(format!("the server answered {status}"))),
    }
}

fn body(item: &Item, response: &mut Response<ureq::Body>) -> Result<Answer, Fault> {
    let kind = header(response.headers(), "content-type");
    let etag = header(response.headers(), "etag");
    let last_modified = header(response.headers(), "last-modified");
    let stated = response.body().content_length();
    let bytes = response
        .body_mut()
        .with_config()
        .limit(MOST_BYTES)
        .read_to_vec()
        .map_err(|e| broken(&e))?;
    if stated.is_some_and(|length| length != bytes.len() as u64) {
        let message = format!(
            "the body broke off after {} of {} bytes",
            bytes.len(),
            stated.unwrap_or(0)
        );
        return Err(Fault::passing(message, None));
    }
    item.layout
        .check(&bytes)
        .map_err(|found| other_file(&found, kind.as_deref()))?;
    Ok(Answer::Body(Body {
        bytes,
        etag,
        last_modified,
    }))
}

fn header(headers: &HeaderMap, name: &str) -> Option<String> {
    let text = headers.get(name)?.to_str().ok()?;
    Some(text.to_string())
}

fn other_file(found: &LayoutError, kind: Option<&str>) -> Fault {
    Fault::final_one(match kind {
        None | Some("") => found.to_string(),
        Some(kind) => format!("{found} (content type {kind:?})"),
    })
}

/// Seconds to wait, where the server names them; a date is not read, the usual back-off serves.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds: u64 = headers
        .get("retry-after")?
        .to_str()
        .ok()?
        .trim()
        .parse()
        .ok()?;
    Some(Duration::from_secs(seconds))
}

fn broken(error: &ureq::Error) -> Fault {
    use ureq::Error;
    match error {
        Error::TooManyRedirects => {
            Fault::final_one("the address leads in circles: more than 5 redirects".to_string())
        }
        Error::BadUri(_) | Error::Http(_) => {
            Fault::final_one(format!("the address cannot be used: {error}"))
        }
        Error::BodyExceedsLimit(most) => {
            Fault::final_one(format!("the file is longer than {most} bytes"))
        }
        Error::Timeout(_) => Fault::passing("no answer in time".to_string(), None),
        Error::HostNotFound => Fault::passing(
            "the host is not known; is there a network?".to_string(),
            None,
        ),
        Error::Io(e) => Fault::passing(format!("the connection broke: {e}"), None),
        other => Fault::passing(format!("the connection broke: {other}"), None),
    }
}
