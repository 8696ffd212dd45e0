# What is done with the orders that are picked in a list.

console-pick = Pick
console-pick-all = Pick all on this page
console-pick-order = Pick order #{ $number }
console-with-picked = With the picked orders:
console-none-picked = No order is picked
console-one-picked = 1 order picked
# Several are picked; a script writes how many in the place of `n`.
console-so-many-picked = { $n } orders picked
console-pack-picked = Pack
console-slips = Packing slips
console-picks = pick
console-pick-first = No order was picked
console-pick-first-more = Tick the boxes of the orders that are meant, up to as many as a page lists, and press the button once more. Nothing was changed.
console-nothing-left-to-pack = Nothing is left to pack.
console-picked-is-gone = An order that was picked is not there any more.
console-their-slips = Packing slips of what was packed
console-so-many-packed =
    { $n ->
        [one] 1 order was packed
       *[other] { $n } orders were packed
    }
console-so-many-not-packed =
    { $n ->
        [one] 1 order was not packed
       *[other] { $n } orders were not packed
    }
# That of so many orders nobody knows whether they were packed.
console-of-so-many-not-known =
    { $n ->
        [one] Of 1 order it is not known whether it was packed
       *[other] Of { $n } orders it is not known whether they were packed
    }
console-not-known-of-picked = The answer did not come in time. Look at them: what is packed has its parcel. Picked and packed once more, nothing goes into a second one.
console-not-signed-in = You were signed out
console-packed-once-placed = Parcels are packed once the draft is placed.
console-is-called-off = Cancelled or expired, nothing is packed.
