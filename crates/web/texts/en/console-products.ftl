# Products, for staff.

console-products = Products
console-product = Product
console-new-product = Add a product
console-add-product = Add the product
console-no-products = No products yet
console-no-products-more = Add the first one: a name, a price, and how many there are.
console-no-such-products = No products match
console-filter-products = Filter products
console-search-products = Name, article, description
console-state = State
console-stock = Stock
console-on-sale = On sale
console-deleted = Deleted
console-can-be-ordered = Can be ordered
console-cannot-be-ordered = Sold out
console-few-left = Few left
console-by-name = Name
console-cheapest-first = Price, low first
console-highest-price-first = Price, high first
console-on-hand = On hand
console-reserved = Reserved
console-available = Available
console-short = Short
console-sold-ahead = Sold ahead
console-who-waits = Orders on hold with this article
console-price = Price
console-in-the-shop = In the shop
console-delete = Delete…
console-delete-it = Delete it
console-keep-it = Keep it
console-deleting = Delete
console-delete-consequence = It is taken off sale for good. Orders that name it keep it, and its article number becomes free. This cannot be undone.
console-last-saved = Last saved{" "}
console-about-this-product = Stock and pictures
console-what-it-is = What it is
console-name = Name
console-description = Description
console-article-number = Article number
console-shown-in-shop = Shown in the shop
console-backorder = Sell when out of stock
console-save = Save
console-discard = Discard
console-save-as-chosen = Save as chosen
console-take-theirs = Take their version
console-somebody-saved = Somebody saved this product while you were editing
console-you-saved = You saved this product yourself while you were editing
console-saved-meanwhile = { $who } saved this product while you were editing
console-somebody-saved-more = Nothing of yours was saved yet, and nothing is lost. What only one of you changed is merged; choose the rest below.
console-both-changed = You both changed
console-choose = Choose which stays. What you typed still stands in the fields beneath.
console-choose-above = Changed meanwhile, too. Choose above.
console-was = Was:{" "}
console-yours = Yours:{" "}
console-theirs = Theirs:{" "}
console-yes = yes
console-no = no
console-empty = (empty)
console-sku-taken = Another product has this article number. Choose another one
console-enter-name = Enter a name, such as Side-handle teapot
console-enter-price = Enter a price, such as { $such }
console-price-is-meant = Yes, save this price
console-price-is-nothing = The price is { $price }. Save it like that?
console-price-goes-far = The price changes from { $was } to { $price }. Save it like that?
console-ledger = Stock ledger
console-all-movements = All movements
console-no-movements = Nothing has come or gone yet.
console-when = When
console-for-an-order = for an order
console-for-order = for order #{ $number }
console-on-backorder = On backorder
console-movement = Movement
console-remark = Remark
console-change = Change
console-change-stock = Change stock
console-stock-of = Stock of { $name }
console-there-is = Now
console-how-many = How many
console-how-many-hint = For a count: all that are there, reserved ones, too. For an adjustment, minus takes away, such as −3.
console-because-of = Reason
console-receipt = Receipt
console-count = Count
console-adjustment = Adjustment
console-restock = Restock
console-book = Record it
console-book-receipt = Receipt: they came in
console-book-restock = Restock: back on the shelf
console-book-lost = Damaged or lost
console-book-count = Count: so many are there
console-book-adjustment = Adjustment: more or less
console-enter-delta = Enter a whole number other than 0, such as 5 or −2
console-enter-some = Enter a whole number above 0, such as 5
console-say-what-for = Choose one of these reasons
console-accept-shortfall = Record it all the same: the newest orders wait until there is enough
console-pictures = Pictures
console-pictures-of = Pictures of { $name }
console-no-picture = No picture yet
console-no-picture-more = Shoppers see a drawn box until there is one.
console-add-picture = Add a picture
console-pictures-changed = Somebody has changed the pictures meanwhile
console-pictures-changed-more = Nothing was changed. Below are yours, and after them those that are there now: empty the addresses that you do not want, and save.
console-pictures-hint = Pictures are files on the server, in the folder “pictures” of the data folder or where ORDO_PICTURES says: PNG, JPEG, WebP, AVIF or GIF, up to 5 MiB, with names of A to Z, a to z, digits, dots, underscores and hyphens. The address of teapot.jpg is /pictures/teapot.jpg.
console-change-pictures = Change pictures
console-save-pictures = Save pictures
console-address = Address
console-picture-of-our-own = Enter an address of this shop, such as /pictures/teapot.jpg: pictures from elsewhere are not shown
console-no-such-picture = There is no such picture: it has to lie in the folder, be a PNG, JPEG, WebP, AVIF or GIF of up to 5 MiB, and have a name of A to Z, a to z, digits, dots, underscores and hyphens
console-words-of-no-picture = Enter the address of this picture, or clear its description
console-alt = What the picture shows
console-alt-hint = Read aloud to those who cannot see it.
console-empty-to-remove = Empty it to take the picture out.
console-sale = Sale
console-found-again = Found
console-product-saved = Saved.
console-product-added = Added.
console-stock-booked = Booked.
# What the ledger notes of pieces that came back with parcel `n` of an order.
# $number
# $n (Number)
console-came-back-with = Order #{ $number }, parcel { $n }
# $n (Number)
# $pieces
console-parcel-had = Parcel { $n } had { $pieces } of this
console-product-is-deleted = This product was deleted
console-product-is-deleted-more = It is not sold any more, so nothing that came back can be put in stock.
console-restocked-before = This was booked already.
console-restocked-before-more = What came back with this parcel is in stock again, as the ledger below says.
console-back-to-order = Back to the order
console-book-more = Book something else
console-stock-as-counted = The stock is what you counted.
console-stock-has-changed-more = Nothing was booked. Look at the ledger below, and record your count again if it is still right.
console-pictures-saved = Pictures saved.

# $n (Number)
console-picture-n = Picture { $n }
console-delete-question = Delete { $name }?
console-still-reserved = Open orders, which stay as they are, reserve { $pieces } of it.
# $available (Number)
# $reserved (Number)
# $hand (Number)
console-of-hand = { $available } available, { $reserved } reserved, of { $hand } on hand
# So many pieces are reserved that are not on hand.
# $pieces (Number)
console-short-by = { $pieces } short
console-short-waits =
    { $pieces ->
        [one] { $pieces } short: orders wait for it
       *[other] { $pieces } short: orders wait for them
    }
console-reserved-for-orders = Orders have reserved { $pieces }. Tick the box to record it all the same
console-only-on-hand = Only { $pieces } on hand. Enter no more than that, or count anew
console-stock-has-changed = The stock has changed while you counted: now the books have { $pieces }
