//! A file added to or taken from these folders is seen by the next build. Changes within a file are seen without it.

fn main() {
    println!("cargo::rerun-if-changed=../../configs");
    println!("cargo::rerun-if-changed=../../datasets");
}
