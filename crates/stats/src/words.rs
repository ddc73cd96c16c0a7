//! Numbers of 64 bits, in which a result over some configurations is kept until those of the others are there.

/// Writes words.
#[derive(Clone, Debug, Default)]
pub struct Words(Vec<u64>);

/// Reads words; `None` where they end early.
#[derive(Clone, Debug)]
pub struct WordReader<'a>(&'a [u64]);

impl Words {
    /// A whole number.
    pub fn number(&mut self, number: u64) {
        self.0.push(number);
    }

    /// A fraction, to the bit.
    pub fn fraction(&mut self, fraction: f64) {
        self.0.push(fraction.to_bits());
    }

    /// Fractions with their count.
    pub fn fractions(&mut self, fractions: &[f64]) {
        self.number(fractions.len() as u64);
        fractions.iter().for_each(|one| self.fraction(*one));
    }

    /// Something or nothing.
    pub fn maybe<T>(&mut self, value: Option<&T>, write: impl FnOnce(&mut Words, &T)) {
        self.number(u64::from(value.is_some()));
        if let Some(value) = value {
            write(self, value);
        }
    }

    /// What was written.
    pub fn finish(self) -> Vec<u64> {
        self.0
    }
}

impl<'a> WordReader<'a> {
    /// From the first word.
    pub fn new(words: &'a [u64]) -> WordReader<'a> {
        WordReader(words)
    }

    /// See [`Words::number`].
    pub fn number(&mut self) -> Option<u64> {
        let (word, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*word)
    }

    /// A number that counts what is in memory.
    pub fn count(&mut self) -> Option<usize> {
        usize::try_from(self.number()?).ok()
    }

    /// See [`Words::fraction`].
    pub fn fraction(&mut self) -> Option<f64> {
        self.number().map(f64::from_bits)
    }

    /// See [`Words::fractions`].
    pub fn fractions(&mut self) -> Option<Vec<f64>> {
        let count = self.count()?;
        let (own, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(own.iter().map(|word| f64::from_bits(*word)).collect())
    }

    /// See [`Words::maybe`]; the outer `None` where words end early.
    pub fn maybe<T>(
        &mut self,
        read: impl FnOnce(&mut WordReader<'a>) -> Option<T>,
    ) -> Option<Option<T>> {
        match self.number()? {
            0 => Some(None),
            _ => read(self).map(Some),
        }
    }

    /// What was not read.
    pub fn rest(&self) -> &'a [u64] {
        self.0
    }

    /// Whether all were read.
    pub fn is_done(&self) -> bool {
        self.0.is_empty()
    }
}
