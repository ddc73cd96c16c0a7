//! What must be seen before any number: base books that hardly traded, prices that rest on something else.

use std::collections::BTreeMap;

use report::{RunFolder, SweepFolder};

use crate::fixture;

/// The fixture with the base book of 2022 refused on this many of its first orders, and without their trades.
fn refused(orders: usize) -> RunFolder {
    let mut left = orders;
    let mut dates = Vec::new();
    let fixture = fixture::standard();
    let decisions = fixture.files["decisions.csv"].clone();
    let refuse = |line: &str| -> String {
        let is_base = line.starts_with("2022,unhedged,") && line.contains(",order_open,entry_due,");
        if is_base && left > 0 {
            left -= 1;
            dates.push(line.split(',').nth(2).expect("a date").to_owned());
            return line.replace("order_open,entry_due", "refused,no_quote") + "\n";
        }
        line.to_owned() + "\n"
    };
    let decisions: String = decisions.lines().map(refuse).collect();
    let kept = std::cell::Cell::new(orders);
    let without = |text: &str| -> String {
        let keep = |line: &&str| {
            let is_first = line.starts_with("2022,unhedged,") && kept.get() > 0;
            kept.set(kept.get() - usize::from(is_first));
            !is_first
        };
        text.lines()
            .filter(keep)
            .map(|l| l.to_owned() + "\n")
            .collect()
    };
    fixture
        .edit("decisions.csv", |_| decisions.clone())
        .edit("trades.csv", without)
        .run()
}

/// Condor trades of the base book of 2022, and its orders.
fn base(run: &RunFolder) -> (usize, usize) {
    let place = (0, run.unhedged().expect("an unhedged arm"));
    let trades = run.trades.iter().filter(|row| row.place == place).count();
    let refused = run
        .decisions
        .iter()
        .filter(|row| row.place == place && row.action == "refused");
    (trades, trades + refused.count())
}

#[test]
fn a_run_whose_base_book_hardly_traded_says_so_before_any_table() {
    let whole = fixture::standard().run();
    let (all, _) = base(&whole);
    assert!(all >= 10 && !report::markdown(&whole).contains("hardly traded"));
    for (orders, title) in [
        (all, "The condors traded nothing"),
        (all - 2, "The condors hardly traded"),
    ] {
        let run = refused(orders);
        let (traded, due) = base(&run);
        assert_eq!((traded, due), (all - orders, all), "the fixture refuses");
        let said = format!("In 2022 the base book traded on {traded} of {all} entry days");
        for page in [
            report::markdown(&run),
            report::terminal::page(&run, 200, false),
        ] {
            let at = page.find(&said).unwrap_or_else(|| panic!("{said}: {page}"));
            assert!(page[at..].contains(&format!("no quote {orders}")), "{page}");
            let table = page.find("tiered").expect("a table names the arms");
            assert!(at < table, "the warning stands before any table: {page}");
        }
        assert!(report::html(&run).contains(title));
    }
    // More than half traded: nothing to warn of.
    let half = refused(all / 2 - 1);
    assert!(!report::markdown(&half).contains("hardly traded"));
}

#[test]
fn stand_ins_are_told_on_the_first_screen_and_on_the_last_lines() {
    let input = |window: &str, series: &str, carried: usize, stand_in: usize| {
        serde_json::json!({"window": window, "series": series, "sessions": 251, "carried": carried,
            "oldest_sessions": 2, "stand_in": stand_in})
    };
    let mut fixture = fixture::standard();
    fixture.manifest["inputs"] =
        vec![input("2022", "skew", 0, 37), input("2022", "dgs1", 4, 0)].into();
    let run = fixture.run();
    let said = "skew on 37 of 251 sessions of 2022";
    let markdown = report::markdown(&run);
    let first = markdown.find("Priced with stand-ins").expect("a banner");
    assert!(first < markdown.find("## ").expect("a section"));
    assert!(
        markdown[first..].contains(said) && !markdown.contains("dgs1 on"),
        "{markdown}"
    );
    let terminal = report::terminal::page(&run, 200, false);
    assert!(
        terminal.contains("PRICED WITH STAND-INS: ") && terminal.contains(said),
        "{terminal}"
    );
    let last = report::terminal::answer(&run, 200);
    let line = last.lines().last().expect("the answer");
    assert!(
        line.starts_with("stand-ins") && line.contains(said),
        "{last}"
    );
    // An earlier value within its limit is no stand-in.
    let mut carried = fixture::standard();
    carried.manifest["inputs"] = vec![input("2022", "dgs1", 4, 0)].into();
    let run = carried.run();
    assert!(!report::html(&run).contains("Priced with stand-ins"));
    assert!(!report::terminal::answer(&run, 200).contains("stand-ins"));
}

/// A sweep of cells over one window, each with the orders and trades of its base book.
fn sweep(books: &[(usize, usize)], inputs: serde_json::Value) -> SweepFolder {
    let mut cells = String::from(
        "cell,budget,window,arm,pnl_usd,max_drawdown_usd,drawdown_reduction,profit_retained,hedge_pnl_usd,status,error,\
         condors_ordered,condors_traded\n",
    );
    for (at, (ordered, traded)) in books.iter().enumerate() {
        for arm in ["tiered", "always_on"] {
            cells +=
                &format!("{at},0.{at},2022,{arm},1.00,-2.00,0.1,,-1.00,ok,,{ordered},{traded}\n");
        }
    }
    let manifest = serde_json::json!({"name": "tiers", "inputs": inputs});
    let files = BTreeMap::from([
        (
            "manifest.json".to_owned(),
            manifest.to_string().into_bytes(),
        ),
        ("sweep.toml".to_owned(), b"name = \"tiers\"\n".to_vec()),
        ("cells.csv".to_owned(), cells.into_bytes()),
    ]);
    fixture::sweep(&files).unwrap_or_else(|error| panic!("{error}"))
}

/// The warnings of a sweep: each stands on the page and on the terminal before any table.
fn warned(sweep: &SweepFolder, said: &str) {
    let terminal = report::terminal::sweep(sweep, 300, false);
    let at = terminal
        .find(said)
        .unwrap_or_else(|| panic!("{said}: {terminal}"));
    assert!(at < terminal.find("window").expect("a table"), "{terminal}");
    let page = report::sweep_markdown(sweep).text;
    let at = page.find(said).unwrap_or_else(|| panic!("{said}: {page}"));
    assert!(at < page.find("## ").expect("a section"), "{page}");
}

#[test]
fn a_sweep_says_before_any_table_how_little_its_base_books_traded() {
    let none = serde_json::json!([]);
    let whole = sweep(&[(51, 51), (51, 26)], none.clone());
    let terminal = report::terminal::sweep(&whole, 300, false);
    assert!(!terminal.contains("CONDORS"), "{terminal}");
    warned(
        &sweep(&[(51, 51), (51, 25), (51, 0)], none.clone()),
        "In 2022 the base book of 2 of 3 cells traded on fewer than half of its entry days, of 1 on none; the least on 0 of \
         51 entry days.",
    );
    let nothing = sweep(&[(51, 0), (0, 0)], none.clone());
    warned(&nothing, "In 2022 the base book of 2 of 2 cells");
    assert!(report::sweep_html(&nothing).contains("The condors traded nothing"));
    warned(
        &sweep(&[(51, 51), (8, 7)], none),
        "In 2022 the base book of 1 of 2 cells traded fewer than 10 condors, the least 7.",
    );
}

#[test]
fn a_sweep_tells_its_stand_ins_before_any_table() {
    let inputs = serde_json::json!([{"window": "2022", "series": "vvix", "sessions": 251, "carried": 0,
        "oldest_sessions": 0, "stand_in": 12}]);
    warned(
        &sweep(&[(51, 51)], inputs),
        "vvix on 12 of 251 sessions of 2022",
    );
}
