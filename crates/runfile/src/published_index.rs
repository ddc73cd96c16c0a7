//! The run files that replicate a published index, as they ship: `configs/benchmarks`.

use crate::ConfigError;
use crate::config::{Assembly, RunConfig, Window};

/// An index whose rules a shipped run file follows, and whose level depends on the level of implied volatility.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PublishedIndex {
    /// The Cboe S&P 500 Iron Condor Index.
    Cndr,
    /// The Cboe S&P 500 PutWrite Index.
    Put,
}

const CNDR: &str = include_str!("../configs/benchmarks/cndr.toml");
const PUT: &str = include_str!("../configs/benchmarks/put.toml");
const POLICIES: [(&str, &str, &str); 3] = [
    (
        "condors",
        "cndr_index",
        include_str!("../configs/policies/cndr_index.toml"),
    ),
    (
        "policies",
        "unhedged",
        include_str!("../configs/policies/unhedged.toml"),
    ),
    (
        "policies",
        "put_write",
        include_str!("../configs/policies/put_write.toml"),
    ),
];

impl PublishedIndex {
    /// Both.
    pub const ALL: [PublishedIndex; 2] = [PublishedIndex::Cndr, PublishedIndex::Put];

    /// As tables print it.
    pub fn name(self) -> &'static str {
        match self {
            PublishedIndex::Cndr => "CNDR",
            PublishedIndex::Put => "PUT",
        }
    }

    /// Its arm in the shipped run.
    pub fn arm(self) -> &'static str {
        match self {
            PublishedIndex::Cndr => "unhedged",
            PublishedIndex::Put => "put_write",
        }
    }

    /// The series of a dataset that may hold its levels: daily, and those of month-ends.
    pub fn series(self) -> [&'static str; 2] {
        match self {
            PublishedIndex::Cndr => ["cndr", "cndr_month_end"],
            PublishedIndex::Put => ["put", "put_month_end"],
        }
    }

    /// The shipped run over one window.
    ///
    /// # Errors
    /// Where a shipped file is wrong, which the tests of this crate exclude.
    pub fn run(self, window: Window) -> Result<RunConfig, ConfigError> {
        let mut config = self.assembly()?.finish(self.file())?;
        config.windows = vec![window];
        Ok(config)
    }

    fn file(self) -> &'static str {
        match self {
            PublishedIndex::Cndr => "configs/benchmarks/cndr.toml",
            PublishedIndex::Put => "configs/benchmarks/put.toml",
        }
    }

    pub(crate) fn assembly(self) -> Result<Assembly, ConfigError> {
        let (file, text) = match self {
            PublishedIndex::Cndr => (self.file(), CNDR),
            PublishedIndex::Put => (self.file(), PUT),
        };
        let (mut assembly, _) = Assembly::new(file, text)?;
        for (section, name) in assembly.missing() {
            let known = POLICIES
                .iter()
                .find(|(of, known, _)| *of == section && *known == name);
            if let Some((_, _, text)) = known {
                assembly.add(
                    section,
                    &name,
                    &format!("configs/policies/{name}.toml"),
                    text,
                )?;
            }
        }
        Ok(assembly)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_runs_load_with_their_policies() {
        let window = Window {
            name: "all".into(),
            first: "2018-01-02".parse().expect("a date"),
            last: "2024-12-31".parse().expect("a date"),
        };
        for index in PublishedIndex::ALL {
            let run = index.run(window.clone()).expect("it loads");
            assert!(run.arms.iter().any(|arm| arm == index.arm()));
            assert_eq!(run.windows, std::slice::from_ref(&window));
        }
    }
}
