//! Progress: on stderr a bar with rate and time left on a terminal, plain lines elsewhere, lines of JSON where a driver
//! asks for them; nothing when quiet; or told to a host.

mod time_left;

use std::fmt::Write;
use std::io::{IsTerminal, Write as _};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use indicatif::{HumanCount, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

use crate::args::{Common, ProgressKind};
use crate::listener::Listener;
use crate::parts::Part;

use self::time_left::TimeLeft;

/// Whole items per second since the phase began, such as `5,240/s`.
fn rate(state: &ProgressState, out: &mut dyn Write) {
    let seconds = state.elapsed().as_secs_f64();
    if seconds > 0.0 {
        let rate = (state.pos() as f64 / seconds).round() as u64;
        let _ = write!(out, "{}/s", HumanCount(rate));
    }
}

/// Seconds from which they are counted. Of less, the units in hand decide, and nobody knows how far each is.
const COUNTED: f64 = 3.5;

/// `eta 45 s`, `eta 3 min 20 s`, `eta 2 h 5 min`: the nearest whole second; at the end `eta under 5 s`.
fn in_words(seconds: f64) -> String {
    if seconds < COUNTED {
        return "eta under 5 s".to_owned();
    }
    let all = seconds.round() as u64;
    match (all / 3_600, all / 60 % 60, all % 60) {
        (0, 0, seconds) => format!("eta {seconds} s"),
        (0, minutes, seconds) => format!("eta {minutes} min {seconds} s"),
        (hours, minutes, _) => format!("eta {hours} h {minutes} min"),
    }
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
    is_terminal: bool,
    /// Of the phase that is worked on.
    bar: Option<Bar>,
    phase: &'static str,
}

/// The bar of one phase on a terminal, which is drawn ten times a second, and what it tells of the time left.
struct Bar {
    bar: ProgressBar,
    clock: Arc<Clock>,
}

/// How far a phase is since it began. The bar asks for it while it is drawn, so nothing here may ask the bar: each would
/// wait for the other for ever.
struct Clock {
    begun: Instant,
    left: Mutex<TimeLeft>,
}

/// Time between two draws: a unit may take a minute, the time left goes by.
const DRAWN: Duration = Duration::from_millis(100);

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
                let is_terminal = std::io::stderr().is_terminal();
                Kind::Shown(Mutex::new(State {
                    is_terminal,
                    bar: None,
                    phase: "",
                }))
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
        self.tell_work(phase, done, all, done as f64 / all.max(1) as f64);
    }

    /// The same where items take different times: `part` of the work of the phase (of 1) is done.
    pub fn tell_work(&self, phase: &'static str, done: usize, all: usize, part: f64) {
        match &self.kind {
            Kind::Quiet => {}
            // A phase without items is none.
            _ if all == 0 => {}
            Kind::Told(listener) => (listener.0)(phase, done, all),
            Kind::Shown(state) => {
                if let Ok(mut state) = state.lock() {
                    state.show(phase, (done, all), part);
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
            && let Ok(mut state) = state.lock()
        {
            state.bar = None;
        }
    }
}

/// Threads that work at once.
fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

#[allow(
    clippy::disallowed_methods,
    reason = "when a line is printed, and what it says of the time, decides no result"
)]
fn now() -> Instant {
    Instant::now()
}

impl Clock {
    /// So much of the work (of 1) is done now.
    fn tell(&self, part: f64) {
        let at = self.begun.elapsed().as_secs_f64();
        if let Ok(mut left) = self.left.lock() {
            left.tell(at, part);
        }
    }

    fn seconds_left(&self) -> Option<f64> {
        let at = self.begun.elapsed().as_secs_f64();
        self.left.lock().ok()?.at(at)
    }
}

impl Bar {
    fn begin(phase: &'static str, all: usize, target: ProgressDrawTarget) -> Bar {
        let clock = Arc::new(Clock {
            begun: now(),
            left: Mutex::new(TimeLeft::new(threads())),
        });
        let told = Arc::clone(&clock);
        let left = move |_: &ProgressState, out: &mut dyn Write| {
            if let Some(seconds) = told.seconds_left() {
                let _ = out.write_str(&in_words(seconds));
            }
        };
        let style = ProgressStyle::with_template("{msg:16} {bar:30} {pos}/{len} {rate} {left}")
            .map(|style| style.with_key("rate", rate).with_key("left", left));
        // Hidden until all of it is there.
        let bar = ProgressBar::with_draw_target(Some(all as u64), ProgressDrawTarget::hidden())
            .with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
            .with_message(phase);
        bar.set_draw_target(target);
        bar.enable_steady_tick(DRAWN);
        Bar { bar, clock }
    }

    fn show(&self, (done, all): (usize, usize), part: f64) {
        self.clock.tell(part);
        self.bar.set_length(all as u64);
        self.bar.set_position(done as u64);
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

impl State {
    fn show(&mut self, phase: &'static str, (done, all): (usize, usize), part: f64) {
        let is_new = self.phase != phase;
        if self.is_terminal {
            if is_new {
                // The bar of the phase before is taken away first.
                self.bar = None;
            }
            self.bar
                .get_or_insert_with(|| Bar::begin(phase, all, ProgressDrawTarget::stderr()))
                .show((done, all), part);
        } else if done == all && is_new {
            eprintln!("{phase}: {all} done");
        }
        if done == all || self.is_terminal {
            self.phase = phase;
        }
    }
}

impl Said {
    /// Whether a line is due: a second has gone by, a phase begins or ends.
    fn is_due(&mut self, phase: &'static str, ends: bool) -> bool {
        let now = now();
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
    use super::*;

    #[test]
    fn time_is_told_in_whole_seconds_and_beyond_an_hour_in_minutes() {
        assert_eq!(in_words(45.4), "eta 45 s");
        assert_eq!(in_words(200.0), "eta 3 min 20 s");
        assert_eq!(in_words(7_530.0), "eta 2 h 5 min");
    }

    #[test]
    fn the_last_seconds_are_not_counted() {
        assert_eq!(in_words(3.5), "eta 4 s");
        assert_eq!(in_words(3.4), "eta under 5 s");
        assert_eq!(in_words(0.0), "eta under 5 s");
        assert_eq!(in_words(-3.0), "eta under 5 s");
    }

    /// A bar that is drawn asks for the time left, and threads tell what is done meanwhile: neither may need the other. This
    /// once stopped a study on a terminal for ever.
    #[test]
    fn what_is_done_can_be_told_while_the_bar_is_drawn() {
        let bar = Bar::begin("cells", 4, ProgressDrawTarget::hidden());
        let clock = Arc::clone(&bar.clock);
        bar.bar.update(|_| {
            clock.tell(0.5);
            assert_eq!(clock.seconds_left(), None, "too early to tell");
        });
        bar.show((2, 4), 0.5);
    }
}
