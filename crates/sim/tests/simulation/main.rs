//! Whole runs: the same plan twice, many seeds in the storm, a crash at chosen polls, and mistakes put in on
//! purpose; and the tour of all operations. `TEST_LONG=1` runs the long forms, `TEST_SEED=n` one seed.

mod examples;
mod kills;
mod repeats;
mod sabotage;
mod seeds;
mod storms;
