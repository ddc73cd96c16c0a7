//! What a layer may be made of, and what it asks of a market.

use market::inputs::Needs;
use policy::arm::Arm;
use policy::hedge::Hedge;

use crate::edges::CONDOR;
use crate::scene::{read_condor, read_hedge};

/// A hedge with these layers.
fn hedge(layers: &str) -> Hedge {
    read_hedge(&format!(
        "name = \"h\"\ntitle = \"t\"\nsummary = \"s\"\nclaims = []\nbudget_fraction_of_credit = 0.1\npurse_cap_weeks = 4\n\
         redeploy_salvage = false\ntier = {{ by = \"always\" }}\n{layers}"
    ))
}

/// What is said of an exit of a layer with these legs.
fn exit(legs: &str, rule: &str) -> Result<(), String> {
    let text = format!(
        "[[layers]]\nname = \"l\"\nshare = 1.0\nunderlying = \"spxw\"\n\
         expiry = {{ rule = \"first\", min_days = 20, max_days = 50 }}\nlegs = [{legs}]\nexit = [{{ {rule} }}]"
    );
    hedge(&text).check().map_err(|error| error.to_string())
}

#[test]
fn an_exit_that_can_never_apply_is_refused() {
    let delta = |side: &str, delta: f64| {
        format!(
            "{{ side = \"{side}\", right = \"put\", strike = {{ by = \"delta\", delta = {delta}, tolerance = 0.1 }} }}"
        )
    };
    let below = |points: f64| {
        format!(
            "{{ side = \"short\", right = \"put\", strike = {{ by = \"offset_from_previous\", points = {points} }} }}"
        )
    };
    let stop = "kind = \"stop_loss\", multiple_of_credit = 2.0";
    let target = "kind = \"profit_target\", fraction_of_credit = 0.5";
    let multiple = "kind = \"profit_multiple\", at_least = 2.0";
    let tested = "kind = \"tested_delta\", at_least = 0.5";
    let bought = delta("long", 0.2);
    let spread = format!("{bought}, {}", below(-50.0));
    let ratio = format!("{bought}, {}", delta("short", 0.1));
    let credit = format!("{bought}, {}", below(50.0));
    for (legs, rule, is_allowed) in [
        (&bought, stop, false),
        (&bought, target, false),
        (&bought, multiple, true),
        (&bought, tested, false),
        (&spread, stop, false),
        (&spread, multiple, true),
        (&spread, tested, true),
        (&credit, stop, true),
        (&credit, target, true),
        (&ratio, stop, true),
        (&ratio, multiple, true),
    ] {
        let said = exit(legs, rule);
        assert_eq!(said.is_ok(), is_allowed, "{legs} {rule}: {said:?}");
        if let Err(message) = said {
            assert!(message.contains("never applies"), "{message}");
        }
    }
}

#[test]
fn a_weekday_without_sessions_is_refused() {
    for (day, is_allowed) in [("mon", true), ("fri", true), ("sat", false), ("sun", false)] {
        let text = CONDOR.replace("weekday = \"fri\"", &format!("weekday = \"{day}\""));
        assert!(text.contains(day));
        assert_eq!(read_condor(&text).check().is_ok(), is_allowed, "{day}");
    }
}

/// The message of a layer made of these lines, which must be wrong.
fn refused(lines: &str) -> String {
    let text = format!("[[layers]]\nname = \"a\"\nshare = 0.0\npaid_from = \"account\"\n{lines}");
    hedge(&text).check().expect_err(lines).to_string()
}

#[test]
fn a_book_without_a_purse_needs_a_size_that_means_something() {
    let put = "underlying = \"spx\"\nexpiry = { rule = \"first\", min_days = 20, max_days = 40 }\n\
               legs = [{ side = \"SIDE\", right = \"put\", strike = { by = \"at_or_below\", ratio = 1.0 } }]\n";
    let (short, long) = (put.replace("SIDE", "short"), put.replace("SIDE", "long"));
    assert!(refused(&short).contains("needs rules of `size`"));
    let secured = "size = [{ by = \"cash_secured\", fraction = 1.0 }]";
    assert!(refused(&format!("{long}{secured}")).contains("every leg here is long"));
    assert!(refused(&format!("{short}slots = 1\n{secured}")).contains("divide a purse"));
    assert!(
        refused(&format!(
            "{short}size = [{{ by = \"account_share\", fraction = 0.5 }}]"
        ))
        .contains("funds held long")
    );
    assert!(
        refused(&format!(
            "{short}size = [{{ by = \"cash_secured\", fraction = 1.5 }}]"
        ))
        .contains("0 to 1")
    );
    let vix = short.replace("spx", "vix");
    assert!(refused(&format!("{vix}{secured}")).contains("for spx and spxw options"));
}

#[test]
fn an_arm_needs_what_its_classes_are_priced_with() {
    let layer = |underlying: &str, legs: &str| {
        format!(
            "[[layers]]\nname = \"l\"\nshare = 1.0\nunderlying = \"{underlying}\"\n\
             expiry = {{ rule = \"first\", min_days = 20, max_days = 50 }}\n{legs}"
        )
    };
    let call = "legs = [{ side = \"long\", right = \"call\", strike = { by = \"delta\", delta = 0.2, tolerance = 0.1 } }]";
    let inputs = |layers: &str| Arm::new(&[], &hedge(layers)).inputs();
    assert_eq!(inputs(""), Needs::default());
    let vix = inputs(&layer("vix", call));
    assert!(vix.vix_options && vix.vx_days == 50 && !vix.surface);
    let vx = inputs(&layer("vx", "future_side = \"long\""));
    assert!(!vx.vix_options && vx.vx_days == 50);
    let spx = inputs(&layer("spx", call));
    assert!(spx.surface && spx.am_settlement && spx.vx_days == 0);
    let spxw = inputs(&layer("spxw", call));
    assert!(spxw.surface && !spxw.am_settlement);
}
