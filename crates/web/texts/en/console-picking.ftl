# What is done with the orders that are picked in a list.

console-pick = Select
console-pick-all = Select all on this page
console-pick-order = Select order #{ $number }
console-with-picked = Selected orders:
console-none-picked = No orders selected
console-one-picked = 1 order selected
# Several are picked; a script writes how many in the place of `n`.
console-so-many-picked = { $n } orders selected
console-pack-picked = Pack
console-slips = Packing slips
console-picks = select
console-pick-first = No orders selected
console-pick-first-more = Nothing was changed. Select one or more orders, up to one page of them, and try again.
console-nothing-left-to-pack = Nothing left to pack.
console-picked-is-gone = A selected order no longer exists.
console-their-slips = View packing slips
console-so-many-packed =
    { $n ->
        [one] 1 order packed
       *[other] { $n } orders packed
    }
console-so-many-not-packed =
    { $n ->
        [one] 1 order not packed
       *[other] { $n } orders not packed
    }
# The number of orders whose packing status is unknown.
console-of-so-many-not-known =
    { $n ->
        [one] Packing status unknown for 1 order
       *[other] Packing status unknown for { $n } orders
    }
console-not-known-of-picked = The response timed out. Check the orders: packed ones have a parcel. You can pack them again; nothing is packed twice.
console-not-signed-in = You’ve been signed out
console-packed-once-placed = The draft can be packed once it’s placed.
console-is-called-off = Cancelled and expired orders can’t be packed.
