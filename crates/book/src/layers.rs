//! Values by layer: a container that only a [`LayerId`] indexes.

use std::ops::{Index, IndexMut};

use crate::event::LayerId;

/// One value for each of some consecutive layers: all of an arm's, its condor tiers, or its hedge layers.
#[derive(Clone, Debug, PartialEq)]
pub struct LayerVec<T> {
    /// Position of the first of them in the arm.
    first: usize,
    items: Vec<T>,
}

impl<T> LayerVec<T> {
    /// One value for each layer of `ids`, which count up by one.
    pub fn of(
        ids: impl IntoIterator<Item = LayerId>,
        make: impl FnMut(LayerId) -> T,
    ) -> LayerVec<T> {
        let mut ids = ids.into_iter().peekable();
        LayerVec {
            first: ids.peek().map_or(0, |id| usize::from(id.0)),
            items: ids.map(make).collect(),
        }
    }

    /// Default values for the layers from the first one of an arm on.
    pub fn defaults(layers: usize) -> LayerVec<T>
    where
        T: Clone + Default,
    {
        LayerVec {
            first: 0,
            items: vec![T::default(); layers],
        }
    }

    /// The value of a layer, if it has one here.
    #[inline]
    pub fn get(&self, layer: LayerId) -> Option<&T> {
        self.items
            .get(usize::from(layer.0).checked_sub(self.first)?)
    }

    /// The values in the order of the layers.
    #[inline]
    pub fn as_slice(&self) -> &[T] {
        &self.items
    }

    /// The values alone.
    pub fn into_vec(self) -> Vec<T> {
        self.items
    }

    /// Those of `layer` and all behind it.
    #[inline]
    pub fn from(&self, layer: LayerId) -> &[T] {
        &self.items[usize::from(layer.0) - self.first..]
    }

    /// The same, to be changed.
    #[inline]
    pub fn onward_mut(&mut self, layer: LayerId) -> &mut [T] {
        &mut self.items[usize::from(layer.0) - self.first..]
    }

    /// Those of the layers in front of `layer`.
    #[inline]
    pub fn before(&self, layer: LayerId) -> &[T] {
        &self.items[..usize::from(layer.0) - self.first]
    }

    /// The values in the order of the layers.
    #[inline]
    pub fn iter(&self) -> std::slice::Iter<'_, T> {
        self.items.iter()
    }

    /// The same, to be changed.
    #[inline]
    pub fn iter_mut(&mut self) -> std::slice::IterMut<'_, T> {
        self.items.iter_mut()
    }

    /// The values with their layers.
    #[inline]
    pub fn by_layer(&self) -> impl Iterator<Item = (LayerId, &T)> {
        let ids = (self.first..).map(|at| LayerId(at as u8));
        ids.zip(&self.items)
    }
}

impl<T> Default for LayerVec<T> {
    /// No layers.
    fn default() -> LayerVec<T> {
        LayerVec {
            first: 0,
            items: Vec::new(),
        }
    }
}

impl<T> Index<LayerId> for LayerVec<T> {
    type Output = T;

    #[inline]
    fn index(&self, layer: LayerId) -> &T {
        &self.items[usize::from(layer.0) - self.first]
    }
}

impl<T> IndexMut<LayerId> for LayerVec<T> {
    #[inline]
    fn index_mut(&mut self, layer: LayerId) -> &mut T {
        &mut self.items[usize::from(layer.0) - self.first]
    }
}

impl<'a, T> IntoIterator for &'a LayerVec<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.items.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_the_layers_is_indexed_by_the_whole_arm() {
        let mut hedges = LayerVec::of((2..5).map(LayerId), |id| id.0 * 10);
        assert_eq!(hedges[LayerId(3)], 30);
        assert_eq!(hedges.get(LayerId(1)), None);
        assert_eq!(hedges.get(LayerId(5)), None);
        assert_eq!(hedges.from(LayerId(4)), [40]);
        assert_eq!(hedges.before(LayerId(4)), [20, 30]);
        assert_eq!(hedges.by_layer().last(), Some((LayerId(4), &40)));
        hedges[LayerId(3)] = 7;
        assert_eq!(hedges.as_slice(), [20, 7, 40]);
        hedges.onward_mut(LayerId(3)).fill(8);
        assert_eq!(hedges.as_slice(), [20, 8, 8]);
    }

    #[test]
    fn no_layers_have_no_values() {
        let none: LayerVec<i64> = LayerVec::of([], |_| 1);
        assert_eq!(none.get(LayerId(0)), None);
        assert!(none.as_slice().is_empty());
        assert_eq!(none, LayerVec::default());
        assert_eq!(none, LayerVec::defaults(0));
    }
}
