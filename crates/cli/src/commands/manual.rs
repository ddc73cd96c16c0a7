//! `alvh completions` and `alvh manual`: what a shell and `man` are given.

use crate::args::examples;
use crate::error::Failure;
use crate::out::out;

/// Prints the completions of a shell.
pub fn completions(shell: clap_complete::Shell) -> Result<(), Failure> {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut examples::command(), "alvh", &mut text);
    out!("{}", String::from_utf8_lossy(&text))
}

/// Prints the page of the program or of one command, for `man`.
pub fn manual(command: Option<&str>) -> Result<(), Failure> {
    let whole = examples::command();
    let page = match command {
        None => whole,
        Some(name) => {
            let known: Vec<String> = whole
                .get_subcommands()
                .map(|c| c.get_name().to_string())
                .collect();
            let found = whole.find_subcommand(name).cloned();
            found.ok_or_else(|| {
                let hint = signals::key_error::suggestion(name, &known);
                Failure::config(format!(
                    "no command {name:?}{hint} (there are: {})",
                    known.join(", ")
                ))
            })?
        }
    };
    let mut text = Vec::new();
    clap_mangen::Man::new(page)
        .render(&mut text)
        .map_err(|e| Failure::fault(format!("cannot write the page: {e}")))?;
    // roff has no terminal escapes: the text is passed on as it is.
    out!("{}", String::from_utf8_lossy(&text))
}
