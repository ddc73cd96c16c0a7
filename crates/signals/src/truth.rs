//! A trigger over the sessions of a dataset: yes, no, or which input is missing; and why.

use std::sync::Arc;

use market::history::MarketView;

use crate::column::Column;
use crate::compute::SignalContext;
use crate::trigger::{Test, Trigger};

/// What a trigger says at a close.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Truth<'a> {
    /// It holds.
    Yes,
    /// It does not.
    No,
    /// It cannot be told: this signal has no value. Who needs the answer holds back.
    Missing(&'a str),
}

impl Truth<'_> {
    /// Whether it holds; missing is no.
    pub fn is_yes(self) -> bool {
        self == Truth::Yes
    }
}

/// A trigger with the columns it reads, evaluated at every session.
#[derive(Clone, Debug)]
pub struct TriggerColumn {
    node: Node,
    /// Names of the signals that may be missing.
    inputs: Vec<String>,
}

/// As [`Truth`], with the missing input as its position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Yes,
    No,
    Missing(usize),
}

#[derive(Clone, Debug)]
struct Node {
    form: Form,
    parts: Vec<Node>,
    states: Vec<State>,
}

#[derive(Clone, Debug)]
enum Form {
    Signal {
        name: String,
        column: Arc<Column>,
        test: Test,
    },
    Named(String),
    /// At least so many of the parts, and the words for it.
    Count {
        least: usize,
        words: String,
    },
    Not,
    For(usize),
    Within(usize),
    CoolDown(usize),
    Latch,
}

impl TriggerColumn {
    pub(crate) fn new(trigger: &Trigger, context: SignalContext<'_>) -> TriggerColumn {
        let mut inputs = Vec::new();
        let node = Node::new(trigger, context, &mut inputs);
        TriggerColumn { node, inputs }
    }

    /// What it says at today's close.
    #[inline]
    pub fn at(&self, view: MarketView<'_>) -> Truth<'_> {
        match self.node.states[view.position()] {
            State::Yes => Truth::Yes,
            State::No => Truth::No,
            State::Missing(input) => Truth::Missing(&self.inputs[input]),
        }
    }

    /// Why, in a trader's words and with the numbers: `contango_z -1.83 < -1.5: yes`.
    pub fn why(&self, view: MarketView<'_>) -> String {
        self.node.why(view)
    }

    /// The same, one condition a line, each line indented by its depth.
    pub fn lines(&self, view: MarketView<'_>) -> Vec<(usize, String)> {
        let mut lines = Vec::new();
        self.node.lines(view, 0, &mut lines);
        lines
    }
}

impl Node {
    fn new(trigger: &Trigger, context: SignalContext<'_>, inputs: &mut Vec<String>) -> Node {
        let sessions = context.history.sessions().len();
        let form = match trigger {
            Trigger::Signal { signal, test } => Form::Signal {
                name: signal.clone(),
                column: context.column(signal),
                test: *test,
            },
            Trigger::Named(name) => Form::Named(name.clone()),
            Trigger::All(of) => Form::Count {
                least: of.len(),
                words: "all of".to_string(),
            },
            Trigger::Any(_) => Form::Count {
                least: 1,
                words: "any of".to_string(),
            },
            Trigger::AtLeast { k, of } => Form::Count {
                least: *k,
                words: format!("at least {k} of {}", of.len()),
            },
            Trigger::Not(_) => Form::Not,
            Trigger::For { sessions, .. } => Form::For(*sessions),
            Trigger::Within { sessions, .. } => Form::Within(*sessions),
            Trigger::CoolDown { sessions, .. } => Form::CoolDown(*sessions),
            Trigger::Latch { .. } => Form::Latch,
        };
        let inner = match trigger {
            Trigger::Named(name) => context.definitions.triggers.get(name).into_iter().collect(),
            other => other.parts(),
        };
        let parts: Vec<Node> = inner
            .into_iter()
            .map(|part| Node::new(part, context, inputs))
            .collect();
        let states = form.states(&parts, sessions, inputs);
        Node {
            form,
            parts,
            states,
        }
    }

    fn why(&self, view: MarketView<'_>) -> String {
        let parts: Vec<String> = self.parts.iter().map(|part| part.why(view)).collect();
        if let Form::Signal { .. } = self.form {
            return self.head(view);
        }
        format!("{} ({})", self.head(view), parts.join("; "))
    }

    fn lines(&self, view: MarketView<'_>, depth: usize, out: &mut Vec<(usize, String)>) {
        out.push((depth, self.head(view)));
        self.parts
            .iter()
            .for_each(|part| part.lines(view, depth + 1, out));
    }

    /// The condition itself, without its parts.
    fn head(&self, view: MarketView<'_>) -> String {
        let answer = match self.states[view.position()] {
            State::Yes => "yes",
            State::No => "no",
            State::Missing(_) => "missing",
        };
        let days = |n: &usize| {
            if *n == 1 {
                "session".to_string()
            } else {
                format!("{n} sessions")
            }
        };
        match &self.form {
            Form::Signal { name, column, test } => {
                let value = column.at(view).map_or("?".to_string(), number);
                let before = match column.back(view, 1) {
                    Some(before) if test.looks_back() => format!(", {} before", number(before)),
                    _ => String::new(),
                };
                format!("{name} {value} {test}{before}: {answer}")
            }
            Form::Named(name) => format!("{name}: {answer}"),
            Form::Count { words, .. } => format!("{words}: {answer}"),
            Form::Not => format!("not: {answer}"),
            Form::For(n) => format!("for {}: {answer}", days(n)),
            Form::Within(n) => format!("within the last {}: {answer}", days(n)),
            Form::CoolDown(n) => format!("with {} of rest after it fires: {answer}", days(n)),
            Form::Latch => format!("from the first until the second: {answer}"),
        }
    }
}

/// A value as `why` prints it: four significant decimals for small numbers, two for others.
pub fn number(value: f64) -> String {
    if value != 0.0 && value.abs() < 1.0 {
        format!("{value:.4}")
    } else {
        format!("{value:.2}")
    }
}

impl Form {
    fn states(&self, parts: &[Node], sessions: usize, inputs: &mut Vec<String>) -> Vec<State> {
        let of = |t: usize| parts.iter().map(move |part| part.states[t]);
        match self {
            Form::Signal { name, column, test } => {
                let missing = position(inputs, name);
                test_states(column.values(), *test, missing)
            }
            Form::Count { least, .. } => (0..sessions).map(|t| count(of(t), *least)).collect(),
            Form::Named(_) => parts.first().map(|p| p.states.clone()).unwrap_or_default(),
            Form::Not => parts[0].states.iter().map(|s| opposite(*s)).collect(),
            Form::For(n) => rolled(&parts[0].states, *n, |window| {
                count(window.iter().copied(), *n)
            }),
            Form::Within(n) => rolled(&parts[0].states, *n, |window| {
                count(window.iter().copied(), 1)
            }),
            Form::CoolDown(n) => cooled(&parts[0].states, *n),
            Form::Latch => latched(&parts[0].states, &parts[1].states),
        }
    }
}

fn position(inputs: &mut Vec<String>, name: &str) -> usize {
    if let Some(at) = inputs.iter().position(|n| n == name) {
        return at;
    }
    inputs.push(name.to_string());
    inputs.len() - 1
}

fn test_states(values: &[Option<f64>], test: Test, input: usize) -> Vec<State> {
    let at = |t: usize| {
        let before = t.checked_sub(1).and_then(|i| values[i]);
        let now = values[t]?;
        // A crossing needs to know where it came from.
        let before = if test.looks_back() { before? } else { now };
        Some(test.passes(now, before))
    };
    let state = |passes| match passes {
        Some(true) => State::Yes,
        Some(false) => State::No,
        None => State::Missing(input),
    };
    (0..values.len()).map(|t| state(at(t))).collect()
}

/// At least `least` of these: yes as soon as so many hold, no as soon as they cannot, else what is missing.
fn count(states: impl Iterator<Item = State>, least: usize) -> State {
    let mut yes = 0;
    let mut missing = 0;
    let mut first = None;
    for state in states {
        match state {
            State::Yes => yes += 1,
            State::No => {}
            State::Missing(_) => {
                missing += 1;
                first = first.or(Some(state));
            }
        }
    }
    match first {
        _ if yes >= least => State::Yes,
        Some(input) if yes + missing >= least => input,
        _ => State::No,
    }
}

fn opposite(state: State) -> State {
    match state {
        State::Yes => State::No,
        State::No => State::Yes,
        missing => missing,
    }
}

/// `f` of the last `n` states, or of those there are at the start of the dataset.
fn rolled(states: &[State], n: usize, f: impl Fn(&[State]) -> State) -> Vec<State> {
    (0..states.len())
        .map(|t| f(&states[(t + 1).saturating_sub(n)..=t]))
        .collect()
}

fn cooled(states: &[State], rest: usize) -> Vec<State> {
    let mut left = 0;
    let mut next = |state: &State| {
        if left > 0 {
            left -= 1;
            return State::No;
        }
        if *state == State::Yes {
            left = rest;
        }
        *state
    };
    states.iter().map(&mut next).collect()
}

/// A missing input leaves the latch as it is; before it was ever set a missing `on` is missing.
fn latched(on: &[State], off: &[State]) -> Vec<State> {
    let mut held = false;
    let mut next = |(on, off): (&State, &State)| {
        held = (held || *on == State::Yes) && *off != State::Yes;
        match (held, on) {
            (true, _) => State::Yes,
            (false, State::Missing(_)) if *off != State::Yes => *on,
            (false, _) => State::No,
        }
    };
    on.iter().zip(off).map(&mut next).collect()
}
