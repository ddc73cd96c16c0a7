//! Progress: on stderr a bar with rate and time left on a terminal, plain lines elsewhere, lines of JSON where a driver
//! asks for them; nothing when quiet; or told to a host.

use std::fmt::Write;
use std::io::{IsTerminal, Write as _};
use std::sync::Mutex;
use std::time::Instant;

use indicatif::{
    HumanCount, HumanDuration, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle,
};

use crate::args::{Common, ProgressKind};
use crate::listener::Listener;
use crate::parts::Part;

/// Seconds before which no rate is told: the first items say little about the rest.
const SETTLED: f64 = 2.0;

/// Whole items per second since the phase began, such as `5,240/s`.
fn rate(state: &ProgressState, out: &mut dyn Write) {
    let seconds = state.elapsed().as_secs_f64();
    if seconds > 0.0 {
        let _ = write!(
            out,
            "{}/s",
            HumanCount((state.pos() as f64 / seconds).round() as u64)
        );
    }
}

/// Time left at the rate of the whole phase so far; nothing before that rate has settled.
fn left(state: &ProgressState, out: &mut dyn Write) {
    let seconds = state.elapsed().as_secs_f64();
    if let Some(left) = seconds_left(seconds, state.pos(), state.len().unwrap_or(0)) {
        let _ = write!(
            out,
            "eta {}",
            HumanDuration(std::time::Duration::from_secs_f64(left))
        );
    }
}

fn seconds_left(elapsed: f64, done: u64, all: u64) -> Option<f64> {
    let told = elapsed >= SETTLED && done > 0;
    told.then(|| elapsed * all.saturating_sub(done) as f64 / done as f64)
}

/// Shows how far a long job is.
pub struct Progress {
    kind: Kind,
    /// The part that is worked on, for a driver of many.
    part: Option<Part>,
}

enum Kind {
    Quiet,
    Shown(Mutex<State>),
    Json(Mutex<Said>),
    Told(Listener),
}

struct State {
    bar: Option<ProgressBar>,
    phase: &'static str,
}

/// What was said last, and when.
struct Said {
    phase: &'static str,
    at: Option<Instant>,
}

impl Progress {
    /// As the command line, or the host, asks for it.
    pub fn of(common: &Common) -> Progress {
        let kind = match (&common.listener, common.progress) {
            (Some(listener), _) => Kind::Told(listener.clone()),
            (None, ProgressKind::Json) => Kind::Json(Mutex::new(Said {
                phase: "",
                at: None,
            })),
            (None, ProgressKind::Auto) => return Progress::new(common.quiet),
        };
        Progress { kind, part: None }
    }

    /// Shows nothing if `quiet`.
    pub fn new(quiet: bool) -> Progress {
        let kind = match quiet {
            true => Kind::Quiet,
            false => {
                let terminal = std::io::stderr().is_terminal();
                let bar = terminal.then(bar);
                Kind::Shown(Mutex::new(State { bar, phase: "" }))
            }
        };
        Progress { kind, part: None }
    }

    /// The same for a part of a whole.
    pub fn of_part(self, part: Part) -> Progress {
        Progress {
            part: Some(part),
            ..self
        }
    }

    /// `done` of `all` items of a phase are finished.
    pub fn tell(&self, phase: &'static str, done: usize, all: usize) {
        match &self.kind {
            Kind::Quiet => {}
            Kind::Told(listener) => (listener.0)(phase, done, all),
            Kind::Shown(state) => {
                if let Ok(mut state) = state.lock() {
                    state.show(phase, done, all);
                }
            }
            Kind::Json(said) => {
                if let Ok(mut said) = said.lock()
                    && said.is_due(phase, done == all)
                {
                    let (index, of) = self.part.map(|part| (part.index, part.of)).unzip();
                    let line = serde_json::json!({
                        "part": index, "of": of, "phase": phase, "done": done, "all": all,
                    });
                    // A driver that went away must not end the work.
                    let _ = writeln!(std::io::stderr(), "{line}");
                }
            }
        }
    }

    /// Takes the bar away.
    pub fn finish(&self) {
        if let Kind::Shown(state) = &self.kind
            && let Ok(state) = state.lock()
            && let Some(bar) = &state.bar
        {
            bar.finish_and_clear();
        }
    }
}

fn bar() -> ProgressBar {
    let style = ProgressStyle::with_template("{msg:16} {bar:30} {pos}/{len} {rate} {left}")
        .map(|style| style.with_key("rate", rate).with_key("left", left));
    let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr());
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar
}

impl State {
    fn show(&mut self, phase: &'static str, done: usize, all: usize) {
        if let Some(bar) = &self.bar {
            if self.phase != phase {
                bar.reset();
                bar.set_message(phase);
            }
            bar.set_length(all as u64);
            bar.set_position(done as u64);
        } else if done == all && self.phase != phase {
            eprintln!("{phase}: {all} done");
        }
        if done == all || self.bar.is_some() {
            self.phase = phase;
        }
    }
}

impl Said {
    /// Whether a line is due: a second has gone by, a phase begins or ends.
    fn is_due(&mut self, phase: &'static str, ends: bool) -> bool {
        #[allow(
            clippy::disallowed_methods,
            reason = "when a line is printed decides no result"
        )]
        let now = Instant::now();
        let due = ends || self.phase != phase || self.at.is_none_or(|at| (now - at).as_secs() >= 1);
        if due {
            self.phase = phase;
            self.at = Some(now);
        }
        due
    }
}

#[cfg(test)]
mod tests {
    use super::seconds_left;

    #[test]
    fn the_time_left_is_that_of_the_whole_phase_and_none_at_its_start() {
        assert_eq!(seconds_left(0.1, 3, 1_000), None);
        assert_eq!(seconds_left(5.0, 0, 1_000), None);
        assert_eq!(seconds_left(10.0, 250, 1_000), Some(30.0));
        assert_eq!(seconds_left(10.0, 1_000, 1_000), Some(0.0));
    }
}
