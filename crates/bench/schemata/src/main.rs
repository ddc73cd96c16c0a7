//! Writes every mutant of a crate into its source at once, each asleep behind a number.
//!
//! `a < b` becomes `(match crate::mutants::awake(7) { 7 => a <= b, 8 => a > b, _ => a < b })`: one build holds all mutants, the
//! variable `ALVH_MUTANT` wakes one of them. Numbers in `const`, `static` and `const fn` cannot ask at run time; they
//! are listed as edits, each of which is built alone. A constant of one number is also changed where it is read, each reading by
//! itself: `FEE` becomes `(match crate::mutants::awake(1000007) { 1000007 => FEE + 1, .. })`. These have numbers of their own, from
//! a million on. Patterns, macros, attributes and tests are left as they are.
//!
//! `schemata SRC WITHOUT`: rewrites the folder in place; prints the mutants as JSON. `WITHOUT` is a list of numbers
//! (commas) that do not compile.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use proc_macro2::Span;
use quote::ToTokens;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{BinOp, Expr, Lit, UnOp};

/// The first number of a constant that is read.
const FIRST_READ: u32 = 1_000_000;

/// What the source asks. `ALVH_REACHED` names a file that takes the numbers of the places that were passed.
const AWAKE: &str = r#"
#[doc(hidden)]
#[allow(missing_docs, clippy::all)]
pub mod mutants {
    use std::sync::OnceLock;
    use std::sync::atomic::{AtomicBool, Ordering};
    static SEEN: [AtomicBool; PLACES] = [const { AtomicBool::new(false) }; PLACES];
    #[inline(never)]
    pub fn awake(first: u32) -> u32 {
        static AWAKE: OnceLock<(u32, Option<String>)> = OnceLock::new();
        let (one, reached) = AWAKE.get_or_init(|| {
            let number = std::env::var("ALVH_MUTANT").ok().and_then(|n| n.parse().ok());
            (number.unwrap_or(u32::MAX), std::env::var("ALVH_REACHED").ok())
        });
        if let Some(file) = reached {
            if !SEEN[first as usize].swap(true, Ordering::Relaxed) {
                use std::io::Write;
                let open = std::fs::OpenOptions::new().append(true).create(true).open(file);
                let _ = open.and_then(|mut f| f.write_all(format!("{first}\n").as_bytes()));
            }
        }
        *one
    }
}
"#;

struct Mutant {
    number: u32,
    place: u32,
    line: usize,
    column: usize,
    before: String,
    after: String,
    /// A constant that is read.
    read: bool,
    /// Bytes of the file to replace, of a mutant that is built alone.
    edit: Option<(usize, usize)>,
}

/// Text to put in at a byte, and whether it closes a place (inner places close before outer ones).
struct Insertion {
    at: usize,
    text: String,
}

struct File<'a> {
    text: &'a str,
    lines: Vec<usize>,
    next: u32,
    next_read: u32,
    /// What constants of the file, and of the whole crate, are changed to where they are read.
    constants: [&'a Constants; 2],
    without: &'a HashSet<u32>,
    fixed: usize,
    opening: Vec<Insertion>,
    closing: Vec<Insertion>,
    mutants: Vec<Mutant>,
}

impl File<'_> {
    fn byte(&self, at: proc_macro2::LineColumn) -> usize {
        let line = &self.text[self.lines[at.line - 1]..];
        let column = line
            .char_indices()
            .nth(at.column)
            .map_or(line.len(), |(i, _)| i);
        self.lines[at.line - 1] + column
    }

    fn range(&self, span: Span) -> (usize, usize) {
        (self.byte(span.start()), self.byte(span.end()))
    }

    /// One place with the texts of its mutants.
    fn place(&mut self, span: Span, others: Vec<String>) {
        let first = self.next;
        self.next += others.len() as u32;
        self.places(first, span, others);
    }

    /// A constant that is read at run time.
    fn read(&mut self, e: &syn::ExprPath) {
        let named = e.path.segments.last().map(|last| last.ident.to_string());
        let [own, all] = self.constants.map(|constants| &constants.0);
        let found = named.and_then(|name| own.get(&name).or_else(|| all.get(&name))?.as_ref());
        if let Some(others) = found.filter(|_| self.fixed == 0) {
            let path = format!("({})", tokens(e));
            let others: Vec<String> = others.iter().map(|o| o.replace('@', &path)).collect();
            let first = self.next_read;
            self.next_read += others.len() as u32;
            self.places(first, e.span(), others);
        }
    }

    fn places(&mut self, first: u32, span: Span, others: Vec<String>) {
        let (start, end) = self.range(span);
        let before = self.text[start..end].to_string();
        let mut arms = String::new();
        for (number, other) in (first..).zip(others) {
            if self.without.contains(&number) {
                continue;
            }
            let edit = (self.fixed > 0).then_some((start, end));
            if edit.is_none() {
                arms += &format!("{number}u32 => ({other}), ");
            }
            let (place, before) = (first, before.clone());
            let proc_macro2::LineColumn { line, column } = span.start();
            self.mutants.push(Mutant {
                number,
                place,
                line,
                column,
                before,
                after: other,
                read: first >= FIRST_READ,
                edit,
            });
        }
        if !arms.is_empty() {
            self.opening.push(Insertion {
                at: start,
                text: format!("(match crate::mutants::awake({first}) {{ {arms}_ => ("),
            });
            self.closing.push(Insertion {
                at: end,
                text: ") })".into(),
            });
        }
    }

    fn binary(&mut self, e: &syn::ExprBinary) {
        let others: &[&str] = match e.op {
            BinOp::Lt(_) => &["<=", ">"],
            BinOp::Le(_) => &["<", ">"],
            BinOp::Gt(_) => &[">=", "<"],
            BinOp::Ge(_) => &[">", "<"],
            BinOp::Eq(_) => &["!="],
            BinOp::Ne(_) => &["=="],
            BinOp::Add(_) => &["-"],
            BinOp::Sub(_) => &["+"],
            BinOp::Mul(_) => &["/"],
            BinOp::Div(_) => &["*"],
            BinOp::Rem(_) => &["/"],
            BinOp::AddAssign(_) => &["-="],
            BinOp::SubAssign(_) => &["+="],
            BinOp::And(_) => &["||"],
            BinOp::Or(_) => &["&&"],
            _ => &[],
        };
        if !others.is_empty() && !holds_let(&e.left) && !holds_let(&e.right) {
            let (left, right) = (tokens(&e.left), tokens(&e.right));
            // `x as u32 < y` would open a list of types.
            let others = others
                .iter()
                .map(|op| format!("({left}) {op} ({right})"))
                .collect();
            self.place(e.span(), others);
        }
    }

    fn call(&mut self, e: &syn::ExprMethodCall) {
        let (receiver, arguments) = (tokens(&e.receiver), e.args.to_token_stream().to_string());
        let name = e.method.to_string();
        let other = match name.as_str() {
            "min" => "max",
            "max" => "min",
            "floor" => "ceil",
            "ceil" => "floor",
            "floor_to" => "ceil_to",
            "ceil_to" => "floor_to",
            "is_some" => "is_none",
            "is_none" => "is_some",
            "is_empty" => return self.place(e.span(), vec![format!("!{receiver}.is_empty()")]),
            "sqrt" | "abs" | "exp" | "ln" if e.args.is_empty() => {
                return self.place(e.span(), vec![receiver]);
            }
            _ => return,
        };
        self.place(e.span(), vec![format!("{receiver}.{other}({arguments})")]);
    }

    fn literal(&mut self, e: &syn::ExprLit) {
        let others = match &e.lit {
            Lit::Bool(b) => vec![(!b.value).to_string()],
            Lit::Int(n) => {
                let Ok(value) = n.base10_parse::<u128>() else {
                    return;
                };
                let suffix = n.suffix();
                let up = format!("{}{suffix}", value + 1);
                match value {
                    0 => vec![up],
                    _ => vec![up, format!("{}{suffix}", value - 1)],
                }
            }
            Lit::Float(x) => {
                let Ok(value) = x.base10_parse::<f64>() else {
                    return;
                };
                match value {
                    0.0 => vec![format!("1.0{}", x.suffix())],
                    v => vec![
                        format!("{:?}{}", v * 10.0, x.suffix()),
                        format!("{:?}{}", v / 2.0, x.suffix()),
                    ],
                }
            }
            _ => return,
        };
        self.place(e.span(), others);
    }

    fn fixed(&mut self, inside: impl FnOnce(&mut Self)) {
        self.fixed += 1;
        inside(self);
        self.fixed -= 1;
    }
}

fn tokens(e: &impl ToTokens) -> String {
    e.to_token_stream().to_string()
}

fn holds_let(e: &Expr) -> bool {
    match e {
        Expr::Let(_) => true,
        Expr::Binary(b) => holds_let(&b.left) || holds_let(&b.right),
        Expr::Paren(p) => holds_let(&p.expr),
        _ => false,
    }
}

fn is_test(attrs: &[syn::Attribute]) -> bool {
    attrs
        .iter()
        .any(|a| a.path().is_ident("cfg") && tokens(a).contains("test"))
}

impl<'ast> Visit<'ast> for File<'_> {
    fn visit_expr(&mut self, e: &'ast Expr) {
        match e {
            Expr::Binary(b) => self.binary(b),
            Expr::MethodCall(c) => self.call(c),
            Expr::Lit(l) => self.literal(l),
            Expr::Unary(u) => match u.op {
                UnOp::Neg(_) | UnOp::Not(_) => {
                    self.place(u.span(), vec![format!("({})", tokens(&u.expr))])
                }
                _ => {}
            },
            Expr::Path(p) => self.read(p),
            Expr::Const(_) => return,
            _ => {}
        }
        visit::visit_expr(self, e);
    }

    fn visit_expr_repeat(&mut self, e: &'ast syn::ExprRepeat) {
        self.visit_expr(&e.expr);
    }

    fn visit_pat(&mut self, _: &'ast syn::Pat) {}
    fn visit_type(&mut self, _: &'ast syn::Type) {}
    fn visit_generics(&mut self, _: &'ast syn::Generics) {}
    fn visit_path_arguments(&mut self, _: &'ast syn::PathArguments) {}
    fn visit_angle_bracketed_generic_arguments(
        &mut self,
        _: &'ast syn::AngleBracketedGenericArguments,
    ) {
    }
    fn visit_attribute(&mut self, _: &'ast syn::Attribute) {}
    fn visit_macro(&mut self, _: &'ast syn::Macro) {}
    fn visit_variant(&mut self, _: &'ast syn::Variant) {}

    fn visit_item_mod(&mut self, m: &'ast syn::ItemMod) {
        if !is_test(&m.attrs) {
            visit::visit_item_mod(self, m);
        }
    }

    fn visit_item_const(&mut self, c: &'ast syn::ItemConst) {
        self.fixed(|f| f.visit_expr(&c.expr));
    }

    fn visit_impl_item_const(&mut self, c: &'ast syn::ImplItemConst) {
        self.fixed(|f| f.visit_expr(&c.expr));
    }

    fn visit_item_static(&mut self, c: &'ast syn::ItemStatic) {
        self.fixed(|f| f.visit_expr(&c.expr));
    }

    fn visit_item_fn(&mut self, f: &'ast syn::ItemFn) {
        let constant = f.sig.constness.is_some() as usize;
        self.fixed += constant;
        if !is_test(&f.attrs) {
            self.visit_block(&f.block);
        }
        self.fixed -= constant;
    }

    fn visit_impl_item_fn(&mut self, f: &'ast syn::ImplItemFn) {
        let constant = f.sig.constness.is_some() as usize;
        self.fixed += constant;
        self.visit_block(&f.block);
        self.fixed -= constant;
    }
}

/// What constants are changed to, `@` for themselves: those of a number, of money or of a price. Nothing is there for the others,
/// and for a name that is declared with several kinds.
#[derive(Default)]
struct Constants(HashMap<String, Option<[&'static str; 2]>>);

impl Constants {
    fn add(&mut self, name: &syn::Ident, kind: &syn::Type, value: &Expr) {
        let others = match tokens(kind).as_str() {
            "f64" => Some(["@ * 10.0", "@ / 2.0"]),
            "i64" | "i32" | "i16" | "u64" | "u32" | "u16" | "usize" => Some(["@ + 1", "@ - 1"]),
            // Twice nothing is nothing.
            "Money" | "Price" if !tokens(value).ends_with("(0)") => Some(["@ + @", "@ - @"]),
            _ => None,
        };
        let known = self.0.entry(name.to_string()).or_insert(others);
        if *known != others {
            *known = None;
        }
    }
}

impl<'ast> Visit<'ast> for Constants {
    fn visit_item_mod(&mut self, m: &'ast syn::ItemMod) {
        if !is_test(&m.attrs) {
            visit::visit_item_mod(self, m);
        }
    }

    fn visit_item_const(&mut self, c: &'ast syn::ItemConst) {
        self.add(&c.ident, &c.ty, &c.expr);
    }

    fn visit_impl_item_const(&mut self, c: &'ast syn::ImplItemConst) {
        self.add(&c.ident, &c.ty, &c.expr);
    }

    fn visit_item_static(&mut self, c: &'ast syn::ItemStatic) {
        // Not a constant, but its name may be one's elsewhere.
        self.0.insert(c.ident.to_string(), None);
    }
}

fn sources(folder: &Path, out: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("a folder")
        .map(|e| e.expect("an entry").path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            sources(&path, out);
        } else if path.extension().is_some_and(|x| x == "rs") {
            out.push(path);
        }
    }
}

/// The files that modules of tests of a file are in, as yet without those below them.
fn test_files(path: &Path, file: &syn::File) -> Vec<PathBuf> {
    let stem = path.file_stem().and_then(|stem| stem.to_str());
    let below = match stem {
        Some("lib" | "mod") | None => path.with_file_name(""),
        Some(stem) => path.with_file_name(stem),
    };
    let modules = file.items.iter().filter_map(|item| match item {
        syn::Item::Mod(m) if is_test(&m.attrs) && m.content.is_none() => Some(m.ident.to_string()),
        _ => None,
    });
    modules.map(|name| below.join(name)).collect()
}

/// The text with its insertions: at one byte, what closes comes first, inner before outer; what opens, outer before inner.
fn inserted(text: &str, opening: Vec<Insertion>, closing: Vec<Insertion>) -> String {
    // Opened in the order of the visit (outer first); two places never end and begin at one byte without a token between.
    let mut all: Vec<(usize, usize, String)> = opening
        .into_iter()
        .enumerate()
        .map(|(i, o)| (o.at, i, o.text))
        .collect();
    all.extend(closing.into_iter().map(|c| (c.at, 0, c.text)));
    all.sort_by_key(|(at, order, _)| (*at, *order));
    let mut out = String::new();
    let mut from = 0;
    for (at, _, insertion) in all {
        out += &text[from..at];
        out += &insertion;
        from = at;
    }
    out + &text[from..]
}

fn main() {
    let folder = PathBuf::from(std::env::args().nth(1).expect("a folder of sources"));
    let without: HashSet<u32> = std::env::args()
        .nth(2)
        .unwrap_or_default()
        .split(',')
        .filter_map(|n| n.parse().ok())
        .collect();
    let mut paths = Vec::new();
    sources(&folder, &mut paths);
    let parsed = |path: &PathBuf| {
        let text = std::fs::read_to_string(path).expect("a source");
        syn::parse_file(&text).expect("Rust")
    };
    let of_tests: Vec<PathBuf> = paths
        .iter()
        .flat_map(|path| test_files(path, &parsed(path)))
        .collect();
    let is_of_tests = |path: &Path| {
        let mut above = path.ancestors();
        above.any(|part| of_tests.contains(&part.with_extension("")))
    };
    paths.retain(|path| !is_of_tests(path));
    let mut constants = Constants::default();
    for path in &paths {
        constants.visit_file(&parsed(path));
    }
    let (mut next, mut next_read, mut rows) = (0, FIRST_READ, Vec::new());
    for path in &paths {
        let text = std::fs::read_to_string(path).expect("a source");
        let lines = std::iter::once(0)
            .chain(text.match_indices('\n').map(|(i, _)| i + 1))
            .collect();
        let syntax = syn::parse_file(&text).expect("Rust");
        let mut own = Constants::default();
        own.visit_file(&syntax);
        let mut file = File {
            text: &text,
            lines,
            next,
            next_read,
            constants: [&own, &constants],
            without: &without,
            fixed: 0,
            opening: Vec::new(),
            closing: Vec::new(),
            mutants: Vec::new(),
        };
        file.visit_file(&syntax);
        next = file.next;
        next_read = file.next_read;
        for m in &file.mutants {
            rows.push(serde_json::json!({
                "number": m.number, "place": m.place, "file": path, "line": m.line, "column": m.column,
                "before": m.before, "after": m.after, "read": m.read, "edit": m.edit,
            }));
        }
        let written = inserted(&text, file.opening, file.closing);
        std::fs::write(path, written).expect("a source");
    }
    let root = folder.join("lib.rs");
    let text = std::fs::read_to_string(&root).expect("lib.rs");
    std::fs::write(
        &root,
        text + &AWAKE.replace("PLACES", &(next_read + 1).to_string()),
    )
    .expect("lib.rs");
    println!("{}", serde_json::to_string(&rows).expect("JSON"));
}
