//! Timed, each on one thread: building the price history of three years; marks of one option on every session that
//! lists it, by the kernel of this processor and one by one; a strike found by its delta.
//! Not timed: the reconstruction the market comes from. Run with `cargo bench -p bench --bench market`.

use bench::{history, observations, rate, time};
use market::contract::{Right, Root};
use market::kernel::Smiles;
use market::surface::Slice;
use policy::select::nearest_delta;

fn main() {
    let observations = observations();
    let built = time("history of 753 sessions", 9, || (), |()| history(&observations));
    let market = history(&observations);
    rate("sessions/s", market.len(), built);

    let slices: Vec<&Slice> = (0..market.len()).flat_map(|t| &market.view(t).today().spxw).collect();
    let mut smiles = Smiles::default();
    slices.iter().for_each(|slice| smiles.push(slice));
    let column = time("marks by the kernel", 99, || (), |()| smiles.prices(Right::Put, 4000.0));
    println!("    {:.1} ns/mark over {} slices", column.as_secs_f64() * 1e9 / slices.len() as f64, slices.len());
    let one_by_one = |()| slices.iter().map(|slice| slice.price(Right::Put, 4000.0)).sum::<f64>();
    let single = time("marks one by one", 99, || (), |_| one_by_one(()));
    println!("    {:.1} ns/mark", single.as_secs_f64() * 1e9 / slices.len() as f64);

    let search = |slice: &&Slice| nearest_delta(slice, Root::Spxw, Right::Put, 0.16);
    let found = time("strikes by delta", 9, || (), |()| slices.iter().filter_map(search).count());
    println!("    {:.0} ns/strike", found.as_secs_f64() * 1e9 / slices.len() as f64);
}
