//! Prints the page.

fn main() {
    print!("{}", calls::page());
}
