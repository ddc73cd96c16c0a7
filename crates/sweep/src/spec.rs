//! A sweep as its file says it, resolved and checked.

mod numbers;

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::OnceLock;

use crate::store::Key;
use runfile::axis::{Axis, Role};
use runfile::constraint::Constraint;
use runfile::space::{Points, points};
use toml::{Table, Value};

use crate::cell::{Cell, Common};
use crate::cell_error::CellError;
use numbers::Numbers;
use runfile::config::{RunConfig, hedge_from_value};
use runfile::keys::{descend, explain, put};
use runfile::sweep_file::SweepFile;
use runfile::{ConfigError, ConfigFault, KeyError};

/// The key that is no key of a run: how many sessions later than its window a cell starts.
pub const START: &str = "phase.start_sessions";

/// Most sessions a cell starts later.
const MOST_LATER: i64 = 252;

/// How many sessions later a cell starts; `None` where that is no such number.
fn start_of(value: &Value) -> Option<usize> {
    let sessions = value.as_integer()?;
    let is_allowed = (0..=MOST_LATER).contains(&sessions);
    is_allowed.then_some(sessions as usize)
}

/// Numbers that move prices and nothing else: no series is read for them, no chain, no session.
pub(crate) const NUMBERS_OF_THE_MODEL: [&str; 5] = [
    "model.atm_shift",
    "model.psi_factor",
    "model.rho_shift",
    "model.omega",
    "model.dividend_yield",
];

fn is_number_of_the_model((key, _): &(String, Value)) -> bool {
    NUMBERS_OF_THE_MODEL.contains(&key.as_str())
}

/// A resolved sweep in which nothing needs checking any more.
#[derive(Clone, Debug)]
pub struct SweepConfig {
    /// The file with its run inside.
    pub file: SweepFile,
    /// The run before anything is varied.
    pub base: RunConfig,
    /// What is varied.
    pub axes: Vec<Axis>,
    /// The cells, in order.
    pub points: Points,
    /// The run as a table, so far as it decides a cell.
    table: Table,
    /// The same as a configuration, with what cells that vary policies only have in common.
    common: Common,
    /// How the axes vary plain numbers of policies, where they vary nothing else.
    numbers: Option<Numbers>,
    /// Whether the run before anything is varied passes its checks: then a policy that passes its own needs no others.
    is_sound: bool,
    /// [`SweepConfig::to_toml`], once it was asked for.
    text: OnceLock<String>,
}

impl SweepConfig {
    /// Puts a file and its run together; `file` names it in messages.
    ///
    /// # Errors
    /// The first thing that is wrong, with its key.
    pub fn new(spec: SweepFile, base: RunConfig, file: &str) -> Result<SweepConfig, ConfigError> {
        SweepConfig::checked(spec, base).map_err(|fault| ConfigError::of(file, fault))
    }

    fn checked(mut spec: SweepFile, base: RunConfig) -> Result<SweepConfig, ConfigFault> {
        if !is_file_name(&spec.name) {
            return Err(between(format!(
                "name {:?} may hold only letters, digits, - and _",
                spec.name
            )));
        }
        spec.statistics.check()?;
        base.check_part_of("a sweep")?;
        if base.condors.values().any(|condor| condor.log.is_some()) {
            let fault = "a sweep changes how condors are made, and the trades of a log were made: a run or a study takes it";
            return Err(KeyError::at("condor_tiers", fault).into());
        }
        if spec.axes.is_empty() {
            return Err(KeyError::empty("axes").into());
        }
        if base.arms.len() < 2 {
            let fault = "the run needs the unhedged arm and at least one other";
            return Err(between(fault.into()));
        }
        let numbered = spec.axes.iter().enumerate();
        let axes = numbered
            .map(|(place, axis)| Axis::new(axis, &format!("axes[{place}]")))
            .collect::<Result<Vec<Axis>, _>>()?;
        for (place, axis) in axes.iter().enumerate() {
            if axes[..place].iter().any(|other| other.name == axis.name) {
                return Err(between(format!("two axes are called {:?}", axis.name)));
            }
            if tables::cells::has_column(&axis.name) {
                let fault = format!(
                    "an axis is called {:?}, which is a column of cells.csv already; give it another `name`",
                    axis.name
                );
                return Err(between(fault));
            }
        }
        let texts = spec.constraints.iter();
        let constraints = texts
            .map(|text| Constraint::parse(text, &axes))
            .collect::<Result<Vec<_>, _>>()?;
        let points = points(&axes, &constraints, spec.sample)?;
        let table = cell_table(&base);
        let common = Common::new(RunConfig::from_value(Value::Table(table.clone()))?);
        spec.set = Table::new();
        spec.run = base.to_value();
        let is_sound = common.config().check().is_ok();
        let numbers = || Numbers::new(&common, &axes);
        let config = SweepConfig {
            file: spec,
            base,
            numbers: is_sound.then(numbers).flatten(),
            is_sound,
            text: OnceLock::new(),
            axes,
            points,
            table,
            common,
        };
        config.check_keys()?;
        Ok(config)
    }

    /// The text a sweep folder stores, and whose hash names it.
    pub fn to_toml(&self) -> &str {
        let print = || toml::to_string(&self.file).expect("a configuration is plain data");
        self.text.get_or_init(print)
    }

    /// What a cell is; or why it is none.
    ///
    /// # Errors
    /// Where the run with the cell's settings fails the checks of a run.
    pub fn cell(&self, number: usize) -> Result<Cell, CellError> {
        self.cell_and_trial(number).map(|(cell, _)| cell)
    }

    /// The same with [`Cell::trial`], which costs less here where only policies are varied.
    ///
    /// # Errors
    /// As [`SweepConfig::cell`].
    pub fn cell_and_trial(&self, number: usize) -> Result<(Cell, Key), CellError> {
        let numbers = self.numbers.as_ref();
        if let Some(found) = numbers.and_then(|n| n.cell(&self.common, &self.points, number)) {
            return Ok(found);
        }
        self.read_cell(number)
    }

    /// What the cells that vary policies only have in common.
    pub(crate) fn common(&self) -> &Common {
        &self.common
    }

    /// The cell of a number, read as a file would be.
    fn read_cell(&self, number: usize) -> Result<(Cell, Key), CellError> {
        let settings: Vec<&(String, Value)> = self
            .axes
            .iter()
            .zip(self.points.get(number))
            .flat_map(|(axis, level)| &axis.levels[usize::from(level)])
            .collect();
        if let Some(cell) = self.varied(&settings) {
            let trial = cell.trial_beside(&self.common, &cell.varied_keys());
            return Ok((cell, trial));
        }
        let (config, start_sessions) = self.resolved(settings.into_iter())?;
        config.check()?;
        config.check_part_of("a sweep")?;
        let cell = Cell::new(config, start_sessions);
        let trial = cell.trial();
        Ok((cell, trial))
    }

    /// A cell whose settings lie in policies, of which only those are read again. None where a setting lies elsewhere or
    /// anything is wrong: then the whole is read, and says so.
    fn varied(&self, settings: &[&(String, Value)]) -> Option<Cell> {
        let mut tables = BTreeMap::new();
        let mut start_sessions = 0;
        for (key, value) in settings {
            if key == START {
                start_sessions = start_of(value)?;
                continue;
            }
            let (name, path) = key.strip_prefix("policies.")?.split_once('.')?;
            let own = || {
                self.table
                    .get("policies")
                    .and_then(|policies| policies.get(name))
                    .cloned()
            };
            let table = match tables.entry(name) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(place) => place.insert(own()?),
            };
            let mut parts: Vec<&str> = path.split('.').collect();
            let last = parts.pop()?;
            put(descend(table, &parts).ok()?, last, value.clone()).ok()?;
        }
        let mut varied = BTreeMap::new();
        for (name, table) in tables {
            varied.insert(name.to_string(), hedge_from_value(table).ok()?);
        }
        let cell = Cell::beside(&self.common, varied, start_sessions);
        cell.whole().check().ok()?;
        Some(cell)
    }

    /// Level of each error axis that stands for "as the run says it": its own value, or else the first level.
    pub fn base_level(&self, axis: usize) -> u16 {
        let found = self.axes[axis]
            .levels
            .iter()
            .position(|level| level.iter().all(|(key, value)| self.is_base(key, value)));
        found.unwrap_or(0) as u16
    }

    /// [`base_level`](SweepConfig::base_level) of every error axis.
    pub fn own_errors(&self) -> Vec<u16> {
        let axes = self.of_role(Role::Error);
        axes.into_iter().map(|axis| self.base_level(axis)).collect()
    }

    /// Whether a point has these levels on the error axes.
    pub fn at_errors(&self, levels: &[u16]) -> impl Fn(&[u16]) -> bool + use<> {
        let levels = levels.iter().copied();
        let wanted: Vec<(usize, u16)> = self.of_role(Role::Error).into_iter().zip(levels).collect();
        move |point| wanted.iter().all(|&(axis, level)| point[axis] == level)
    }

    /// Places of the axes of a role.
    pub fn of_role(&self, role: Role) -> Vec<usize> {
        (0..self.axes.len())
            .filter(|&axis| self.axes[axis].role == role)
            .collect()
    }

    /// The run, and the run with each level of each axis alone: between them they hold every value that any cell has, but
    /// for numbers that move prices and nothing else. An axis of those may have thousands of levels.
    pub fn variations(&self) -> Vec<RunConfig> {
        let axes = self.axes.iter();
        self.varied_by(
            axes.filter(|axis| !axis.levels.iter().flatten().all(is_number_of_the_model)),
        )
    }

    /// The run, and the run with each level of some axes alone.
    pub(crate) fn varied_by<'a>(&self, axes: impl Iterator<Item = &'a Axis>) -> Vec<RunConfig> {
        let levels = axes.flat_map(|axis| &axis.levels);
        std::iter::once(self.common.config().clone())
            .chain(levels.filter_map(|level| self.variation(level)))
            .collect()
    }

    /// The run with a level of an axis; `None` where it fails its checks.
    fn variation(&self, level: &[(String, Value)]) -> Option<RunConfig> {
        if let Some(cell) = self.alone(level) {
            return Some(cell.whole());
        }
        // Where only policies are varied, the rest need not be read again.
        if let Some(cell) = self.varied(&level.iter().collect::<Vec<_>>()) {
            return Some(cell.whole());
        }
        let (config, _) = self.resolved(level.iter()).ok()?;
        config.check().ok()?;
        Some(config)
    }

    /// The cell of a level alone, where it puts plain numbers into policies and nothing else, and all is sound.
    fn alone(&self, level: &[(String, Value)]) -> Option<Cell> {
        let numbers = || numbers::alone(&self.common, level);
        self.is_sound.then(numbers).flatten()
    }

    fn is_base(&self, key: &str, value: &Value) -> bool {
        let mut place = Some(&Value::Integer(0));
        let mut table = Some(&self.table);
        for part in key.split('.') {
            place = table.and_then(|table| table.get(part));
            table = place.and_then(Value::as_table);
        }
        let number = |value: &Value| value.as_float().or(value.as_integer().map(|n| n as f64));
        place.is_some_and(|base| {
            base == value || (number(base).is_some() && number(base) == number(value))
        })
    }

    fn resolved<'a>(
        &self,
        settings: impl Iterator<Item = &'a (String, Value)>,
    ) -> Result<(RunConfig, usize), CellError> {
        let mut table = Value::Table(self.table.clone());
        let mut start = 0;
        for (key, value) in settings {
            if key == START {
                start = start_of(value).ok_or_else(|| CellError::Start {
                    key: START,
                    found: value.to_string(),
                    most: MOST_LATER,
                })?;
                continue;
            }
            let mut parts: Vec<&str> = key.split('.').collect();
            let last = parts.pop().unwrap_or_default();
            descend(&mut table, &parts)
                .and_then(|place| put(place, last, value.clone()))
                .map_err(|why| CellError::Path {
                    key: key.clone(),
                    why,
                })?;
        }
        let config = RunConfig::from_value(table)
            .map_err(|error| CellError::Unreadable(explain(&error.to_string())))?;
        Ok((config, start))
    }

    /// An axis none of whose levels can be read is a mistake of the file, not of ten thousand cells.
    fn check_keys(&self) -> Result<(), ConfigFault> {
        for axis in &self.axes {
            let settings = &axis.levels[0];
            if let Some(first) = settings.iter().find_map(|(key, _)| unread_part(key)) {
                return Err(ConfigFault::Undecided {
                    axis: axis.name.clone(),
                    key: first.to_string(),
                });
            }
            // Another value of a key may be right; a key that leads nowhere never is.
            let is_read = |level: &Vec<(String, Value)>| {
                self.alone(level).is_some() || self.resolved(level.iter()).is_ok()
            };
            if axis.levels.iter().any(is_read) {
                continue;
            }
            for setting in settings {
                if let Err(error) = self.resolved(std::iter::once(setting)) {
                    return Err(ConfigFault::NoCell {
                        axis: axis.name.clone(),
                        key: setting.0.clone(),
                        why: error.to_string(),
                    });
                }
            }
        }
        Ok(())
    }
}

/// The first part of a key that does not decide a cell.
fn unread_part(key: &str) -> Option<&str> {
    let first = key.split('.').next().unwrap_or_default();
    let unread = [
        "name",
        "bands",
        "inference",
        "equal_spend_twins",
        "arms",
        "condor_tiers",
        "other_condors",
        // All cells are of one dataset, read once.
        "data",
    ];
    unread.contains(&first).then_some(first)
}

/// The run without what does not decide a cell: so the same cell has the same key in every sweep.
fn cell_table(base: &RunConfig) -> Table {
    let mut config = base.clone();
    config.name = "cell".into();
    config.equal_spend_twins = false;
    config.bands.atm_shift.clear();
    config.bands.psi_factor.clear();
    config.bands.half_spread_fraction.clear();
    config.price_errors.worlds = 0;
    config.other_condors.clear();
    config.inference = runfile::config::Inference {
        level: 0.9,
        draws: 2000,
        mean_block_sessions: 21.0,
        seed: 0,
    };
    config.claims = runfile::claims::Claims::default();
    config.benchmarks.clear();
    config.policies.retain(|name, _| config.arms.contains(name));
    config
        .condors
        .retain(|name, _| config.condor_tiers.contains(name));
    match config.to_value() {
        Value::Table(table) => table,
        _ => unreachable!("a configuration is a table"),
    }
}

/// A fault of the file that names its keys itself.
fn between(fault: String) -> ConfigFault {
    KeyError::Between(fault).into()
}

fn is_file_name(name: &str) -> bool {
    !name.is_empty()
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
}

/// A shipped sweep, for tests.
#[cfg(test)]
pub(crate) fn shipped(name: &str) -> SweepConfig {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../configs");
    let read = |path: String| {
        std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
    };
    let file = SweepFile::parse(name, &read(format!("{root}/sweeps/{name}.toml"))).unwrap();
    let run = file.run.as_str().unwrap().to_string();
    let run = run.as_str();
    let (mut assembly, _) =
        runfile::config::Assembly::new(run, &read(format!("{root}/sweeps/{run}"))).unwrap();
    for key in ["arms", "condor_tiers"] {
        if let Some(names) = file.set.get(key) {
            assembly.set(&format!("{key}={names}")).unwrap();
        }
    }
    for (section, policy) in assembly.missing() {
        let text = read(format!("{root}/policies/{policy}.toml"));
        assembly.add(section, &policy, &policy, &text).unwrap();
    }
    for (key, value) in &file.set {
        assembly.set(&format!("{key}={value}")).unwrap();
    }
    SweepConfig::new(file, assembly.finish(run).unwrap(), name).unwrap()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    const SHIPPED: [&str; 7] = [
        "condors",
        "direction",
        "monetise",
        "rigid",
        "small",
        "tiers",
        "widening",
    ];

    #[test]
    fn a_level_put_in_place_is_the_level_read_whole() {
        let (mut put, mut read) = (0, 0);
        for name in SHIPPED {
            let config = shipped(name);
            for level in config.axes.iter().flat_map(|axis| &axis.levels) {
                let (whole, start_sessions) = config.resolved(level.iter()).unwrap();
                let Some(cell) = config.alone(level) else {
                    read += 1;
                    continue;
                };
                put += 1;
                let found = (cell.whole(), cell.start_sessions);
                assert_eq!(found, (whole, start_sessions), "{name}: {level:?}");
            }
        }
        assert!(put > 20 && read > 2, "{put} put in place, {read} read");
        // A number that no policy may hold is refused both ways.
        let config = shipped("tiers");
        let wrong = [(
            "policies.tiered.budget_fraction_of_credit".to_string(),
            Value::Float(-1.0),
        )];
        assert_eq!(config.alone(&wrong).map(|cell| cell.whole()), None);
        assert_eq!(config.variation(&wrong), None);
    }

    #[test]
    fn a_cell_read_in_part_is_the_cell_read_whole() {
        for name in SHIPPED {
            let config = shipped(name);
            let step = config.points.len() / 97 + 1;
            for number in (0..config.points.len()).step_by(step) {
                let levels = config.axes.iter().zip(config.points.get(number));
                let settings = levels.flat_map(|(axis, level)| &axis.levels[usize::from(level)]);
                let (whole, start_sessions) = config.resolved(settings).unwrap();
                let (cell, trial) = config.cell_and_trial(number).unwrap();
                let found = (cell.whole(), cell.start_sessions);
                assert_eq!(found, (whole, start_sessions), "{name}, cell {number}");
                assert_eq!(trial, cell.trial(), "{name}, cell {number}");
                let (read, read_trial) = config.read_cell(number).unwrap();
                assert_eq!(found, (read.whole(), read.start_sessions));
                assert_eq!(trial, read_trial, "{name}, cell {number}");
                assert!(crate::cell::is_reference(&cell.reference(), &cell));
                let arms = cell.arms(config.common());
                for (arm, wanted) in arms.iter().zip(&found.0.arms) {
                    let alone = study::arms::arm(&found.0, wanted);
                    assert_eq!(format!("{arm:?}"), format!("{alone:?}"));
                }
            }
            let (first, last) = (
                config.cell(0).unwrap(),
                config.cell(config.points.len() - 1).unwrap(),
            );
            assert_ne!(first.trial(), last.trial());
            let mut other = first.clone();
            other.start_sessions += 1;
            assert!(!crate::cell::is_reference(&first.reference(), &other));
            assert_ne!(first.trial(), other.trial());
        }
    }
}
