//! From the texts of a run file and its policies to a checked configuration.

use policy::condor::Condor;
use toml::{Table, Value};

use super::{RunConfig, TWIN_BASE};
use crate::door;
use crate::keys::{descend, explain, put};
use crate::{ConfigError, ConfigFault, KeyError};

/// Texts of a run and its policies on their way to a [`RunConfig`].
#[derive(Clone, Debug)]
pub struct Assembly {
    table: Table,
}

impl Assembly {
    /// Starts from the text of a run file called `file` in messages. Returns the dataset path it names, if any.
    ///
    /// # Errors
    /// Where the text is not TOML.
    pub fn new(file: &str, text: &str) -> Result<(Assembly, Option<String>), ConfigError> {
        let mut table = door::table(file, text)?;
        let dataset = match table.remove("dataset") {
            None => None,
            Some(Value::String(path)) => Some(path),
            Some(found) => return Err(ConfigError::of(file, ConfigFault::Dataset { found })),
        };
        for key in ["condors", "policies"] {
            table
                .entry(key)
                .or_insert_with(|| Value::Table(Table::new()));
        }
        crate::settings::insert_defaults(&mut table);
        Ok((Assembly { table }, dataset))
    }

    /// Names of the policies the run asks for that are not in it yet: `(section, name)` with the section `condors` or
    /// `policies`.
    pub fn missing(&self) -> Vec<(&'static str, String)> {
        let wanted = |list: &str, section: &'static str| -> Vec<(&'static str, String)> {
            let names = self
                .table
                .get(list)
                .and_then(Value::as_array)
                .cloned()
                .unwrap_or_default();
            let here = self.table.get(section).and_then(Value::as_table);
            names
                .iter()
                .filter_map(Value::as_str)
                .filter(|name| here.is_none_or(|table| !table.contains_key(*name)))
                .map(|n| (section, n.to_string()))
                .collect()
        };
        let mut all = wanted("condor_tiers", "condors");
        for other in wanted("other_condors", "condors") {
            if !all.contains(&other) {
                all.push(other);
            }
        }
        all.extend(wanted("arms", "policies"));
        let twins = self
            .table
            .get("equal_spend_twins")
            .and_then(Value::as_bool)
            .unwrap_or(false);
        let base = self
            .table
            .get("policies")
            .and_then(Value::as_table)
            .is_some_and(|t| t.contains_key(TWIN_BASE));
        if twins && !base && !all.iter().any(|(_, name)| name == TWIN_BASE) {
            all.push(("policies", TWIN_BASE.to_string()));
        }
        all
    }

    /// Adds the text of a policy file. Checked at once, so that messages can point at a line of the file.
    ///
    /// # Errors
    /// Where the text is not a policy of the section, or carries another name than its file.
    pub fn add(
        &mut self,
        section: &'static str,
        name: &str,
        file: &str,
        text: &str,
    ) -> Result<(), ConfigError> {
        let (found, checked) = if section == "condors" {
            let condor = door::condor(file, text)?;
            (condor.name.clone(), condor.check())
        } else {
            let hedge = door::hedge(file, text)?;
            (hedge.name.clone(), hedge.check())
        };
        checked.map_err(|error| ConfigError::of(file, error))?;
        if found != name {
            let name = name.to_string();
            return Err(ConfigError::of(
                file,
                ConfigFault::Name { found, file: name },
            ));
        }
        let table = door::table(file, text)?;
        if let Some(Value::Table(policies)) = self.table.get_mut(section) {
            policies.insert(name.to_string(), Value::Table(table));
        }
        Ok(())
    }

    /// Puts the tier that repeats a trade log in the place of `wanted`, the name by which the run asks for the log.
    ///
    /// # Errors
    /// Where a trade of the log is none, or another log of the run has a file of the same name.
    pub fn add_log(&mut self, wanted: &str, tier: Condor) -> Result<(), ConfigError> {
        tier.check().map_err(|e| ConfigError::of(wanted, e))?;
        let name = tier.name.clone();
        let condors = self.table.get("condors").and_then(Value::as_table);
        if condors.is_some_and(|condors| condors.contains_key(&name)) {
            let fault =
                format!("two tiers would be called {name}; give the files names of their own");
            return Err(ConfigError::of(wanted, KeyError::at("condor_tiers", fault)));
        }
        let table = Value::try_from(tier).map_err(|e| ConfigError::of(wanted, e))?;
        let tiers = self.table.get_mut("condor_tiers");
        let tiers = tiers.and_then(Value::as_array_mut).into_iter().flatten();
        for tier in tiers.filter(|tier| tier.as_str() == Some(wanted)) {
            *tier = Value::String(name.clone());
        }
        if let Some(Value::Table(condors)) = self.table.get_mut("condors") {
            condors.insert(name, table);
        }
        Ok(())
    }

    /// Applies `dotted.key=value`. The value is read as TOML, and as plain text where it is not TOML.
    ///
    /// # Errors
    /// Where the setting has no `=`, or leads through something that is not a table or an index of a list.
    pub fn set(&mut self, setting: &str) -> Result<(), ConfigError> {
        let place = format!("--set {setting}");
        let (path, text) = setting
            .split_once('=')
            .ok_or_else(|| ConfigError::of(&place, ConfigFault::NoAssignment))?;
        let value = toml::from_str::<Table>(&format!("v = {text}"))
            .ok()
            .and_then(|mut t| t.remove("v"))
            .unwrap_or_else(|| Value::String(text.to_string()));
        door::check_numbers(path, &value).map_err(ConfigError::Setting)?;
        let mut keys: Vec<&str> = path.split('.').collect();
        let last = keys.pop().unwrap_or_default();
        let mut table = Value::Table(std::mem::take(&mut self.table));
        let outcome = descend(&mut table, &keys).and_then(|place| put(place, last, value));
        if let Value::Table(table) = table {
            self.table = table;
        }
        outcome.map_err(|error| ConfigError::of(&place, error))
    }

    /// What has been put together so far, for messages about what is missing.
    pub fn table(&self) -> &Table {
        &self.table
    }

    /// The checked configuration.
    ///
    /// # Errors
    /// The first thing that is wrong, with the key, what was found and what is allowed.
    pub fn finish(self, file: &str) -> Result<RunConfig, ConfigError> {
        door::check_table(&self.table).map_err(|error| ConfigError::of(file, error))?;
        let read = RunConfig::from_value(Value::Table(self.table));
        let config = read.map_err(|error| {
            let words = explain(&error.to_string());
            ConfigError::of(file, ConfigFault::Unreadable(words))
        })?;
        config
            .check()
            .map_err(|error| ConfigError::of(file, error))?;
        Ok(config)
    }
}
