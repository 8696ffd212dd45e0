//! Closed lists of names: the states and the triggers of the machines.

/// An enum without fields, each with its name beside it. From it come `ALL`, which can forget none, and `name`, as the
/// database and the generated tables write it.
///
/// ```
/// kernel::closed_enum! {
///     /// Where a lamp is.
///     pub enum Lamp {
///         /// It gives light.
///         On = "on",
///         /// It gives none.
///         Off = "off",
///     }
/// }
/// assert_eq!(Lamp::ALL.map(Lamp::name), ["on", "off"]);
/// ```
#[macro_export]
macro_rules! closed_enum {
    ($(#[$of_all:meta])* $vis:vis enum $name:ident { $($(#[$of_one:meta])* $one:ident = $word:literal,)+ }) => {
        $(#[$of_all])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        $vis enum $name { $($(#[$of_one])* $one,)+ }
        impl $name {
            /// All of them, in their order.
            $vis const ALL: [$name; [$($word),+].len()] = [$($name::$one),+];
            /// As the database and the generated tables write it.
            $vis const fn name(self) -> &'static str {
                match self { $($name::$one => $word,)+ }
            }
        }
    };
}
