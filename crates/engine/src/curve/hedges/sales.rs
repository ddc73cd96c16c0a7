//! Sales of a part of a hedge: what triggers, multiples and corridors ask for.

use book::event::LayerId;
use market::history::MarketView;
use policy::decide::{due_sale, parts_of};
use policy::decision_context::PackageMark;

use super::{HedgeRun, Lot};
use crate::curve::{EndStage, LotId};
use crate::package_outcomes::Ending;

/// A sale for the next session's fills.
#[derive(Clone, Copy, Debug)]
pub(super) struct PendingSale {
    number: LotId,
    contracts: i64,
    /// Position of the sale among the layer's, or none.
    sale: Option<u8>,
    /// The layer whose purse receives the proceeds.
    into: Option<LayerId>,
}

impl<'a> HedgeRun<'a> {
    /// The first sale that applies to each package.
    pub(super) fn decide_sales(&mut self, view: MarketView<'a>) {
        let signals = &self.shared.signals;
        for (layer, rules) in self.arm.hedge_layers() {
            let mut sales = rules.sell.iter().enumerate();
            // Most days no trigger holds.
            if !sales.any(|(at, sale)| sale.multiple.is_some() || signals.sells(layer, at, view)) {
                continue;
            }
            for number in &self.open {
                let lot = &self.lots[number.index()];
                if lot.layer != layer || self.leaves(lot, view) {
                    continue;
                }
                let is_triggered = |at| signals.sells(layer, at, view);
                let entry_net = lot.life.net;
                let due = due_sale(&rules.sell, entry_net, &self.mark(lot, view), &is_triggered);
                let sold = due.map(|(at, sale)| PendingSale {
                    number: *number,
                    contracts: sale.units(lot.contracts),
                    sale: Some(at as u8),
                    into: sale
                        .into
                        .as_deref()
                        .and_then(|name| self.arm.hedge_named(name)),
                });
                self.sales.extend(sold);
            }
        }
        self.sales.sort_by_key(|sale| sale.number.index());
    }

    /// Units of a layer that its corridor no longer wants, the oldest package first.
    pub(super) fn give_back(&mut self, layer: LayerId, surplus: i64, view: MarketView<'a>) {
        let of_layer = self
            .open
            .iter()
            .map(|&number| (number, &self.lots[number.index()]))
            .filter(|(_, lot)| lot.layer == layer && !self.leaves(lot, view))
            .map(|(number, lot)| (number, lot.contracts));
        let parts = parts_of(surplus, of_layer).map(|(number, contracts)| PendingSale {
            number,
            contracts,
            sale: None,
            into: None,
        });
        let parts: Vec<PendingSale> = parts.collect();
        self.surplus.extend(parts);
    }

    /// The session's sales and the ends by trade, in the order of opening; then what a corridor sells.
    pub(super) fn sell_and_end(&mut self, view: MarketView<'a>, date: i32) {
        let mut sales = std::mem::take(&mut self.sales).into_iter().peekable();
        let at = view.session() - self.window.start;
        let mut next = self.ends.first(at, EndStage::Fills);
        while let Some(number) = next {
            while let Some(sale) = sales.next_if(|sale| sale.number.index() < number.index()) {
                self.sell(sale, view, date);
            }
            self.end_lot(number, EndStage::Fills, date);
            next = self.ends.after(number);
        }
        let surplus = std::mem::take(&mut self.surplus);
        for sale in sales.chain(surplus) {
            self.sell(sale, view, date);
        }
    }

    /// Sells what is left of the units ordered. A part counts as a package of its own, as it does in the book.
    fn sell(&mut self, sale: PendingSale, view: MarketView<'a>, date: i32) {
        let lot = self.lots[sale.number.index()];
        if lot.contracts == 0 {
            return;
        }
        let contracts = sale.contracts.min(lot.contracts);
        if contracts < lot.contracts {
            self.portfolio.opened += 1;
            if let Some(at) = sale.sale {
                let lot = &mut self.lots[sale.number.index()];
                lot.sold |= 1 << at;
                lot.last_sale = Some(view.session() as u32);
            }
        }
        let life = lot.life;
        if !life.terms.margined {
            let worth = &mut self.worth[view.session() - self.window.start..];
            life.add_worth(view.session(), -contracts, worth);
        }
        let unit = self.unit_now(&lot, view);
        self.finish(sale.number, contracts, &unit, (sale.into, date));
    }

    /// Whether a package leaves by an exit rule at the next session's fills.
    fn leaves(&self, lot: &Lot<'a>, view: MarketView<'a>) -> bool {
        let life = lot.life;
        life.how == Ending::Trade && life.end == view.session() + 1
    }

    fn mark(&self, lot: &Lot<'a>, view: MarketView<'a>) -> PackageMark {
        let contract = &self.quote(lot).one().legs[0].contract;
        let opened = self.history.view(lot.opened as usize);
        PackageMark {
            id: book::event::PackageId(0),
            value: lot.life.mark_path.value(view).0,
            tested_delta: 0.0,
            days_left: view.days_left(contract.expiry),
            life_days: (contract.expiry - opened.today().date).num_days(),
            sold: lot.sold,
            since_sale: lot
                .last_sale
                .map_or(u32::MAX, |session| view.session() as u32 - session),
        }
    }
}
