//! Closed lists of names, such as the states and triggers of the state machines.

/// Defines an enum without fields, each variant with its name. Generates `ALL`, which is always complete, and `name`, which
/// returns the name in the database and the generated tables.
///
/// ```
/// kernel::closed_enum! {
///     /// The state of a lamp.
///     pub enum Lamp {
///         /// The lamp is on.
///         On = "on",
///         /// The lamp is off.
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
            /// All variants, in their order.
            $vis const ALL: [$name; [$($word),+].len()] = [$($name::$one),+];
            /// The name in the database and the generated tables.
            $vis const fn name(self) -> &'static str {
                match self { $($name::$one => $word,)+ }
            }
        }
    };
}
