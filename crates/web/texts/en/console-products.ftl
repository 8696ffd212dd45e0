# Products, for staff.

console-products = Products
console-product = Product
console-new-product = Add product
console-add-product = Add product
console-no-products = No products yet
console-no-products-more = Add your first product with a name, price and stock.
console-no-such-products = No products match
console-filter-products = Filter products
console-search-products = Name, SKU, description
console-state = State
console-stock = Stock
console-on-sale = On sale
console-deleted = Deleted
console-can-be-ordered = Can be ordered
console-cannot-be-ordered = Sold out
console-few-left = Low stock
console-by-name = Name
console-cheapest-first = Price, low first
console-highest-price-first = Price, high first
console-on-hand = On hand
console-reserved = Reserved
console-available = Available
console-short = Shortfall
console-sold-ahead = Backordered
console-who-waits = View orders on hold with this product
console-price = Price
console-in-the-shop = View in shop
console-delete = Delete…
console-delete-it = Delete product
console-keep-it = Keep it
console-deleting = Delete
console-delete-consequence = The product is removed permanently. Existing orders keep it and its SKU can be reused. This can’t be undone.
console-last-saved = Last saved{" "}
console-about-this-product = Stock and images
console-what-it-is = Product details
console-name = Name
console-description = Description
console-article-number = SKU
console-shown-in-shop = Visible in shop
console-backorder = Continue selling when out of stock
console-save = Save
console-discard = Discard
console-save-as-chosen = Save selection
console-take-theirs = Use their version
console-somebody-saved = Another person saved this product
console-you-saved = You also saved this product elsewhere
console-saved-meanwhile = { $who } saved this product
console-somebody-saved-more = Your changes aren’t saved yet, but nothing is lost. Changes that don’t conflict are merged. Choose what to keep for the rest.
console-both-changed = Conflicting changes
console-choose = Choose which value to keep. Your entries are still in the fields below.
console-choose-above = Also changed since you opened this page. Choose above.
console-was = Was:{" "}
console-yours = Yours:{" "}
console-theirs = Theirs:{" "}
console-yes = yes
console-no = no
console-empty = (empty)
console-sku-taken = This SKU is already in use. Choose a different one
console-enter-name = Enter a name, such as Side-handle teapot
console-enter-price = Enter a price, such as { $such }
console-price-is-meant = Yes, save this price
console-price-is-nothing = The price is { $price }. Save it anyway?
console-price-goes-far = The price changes from { $was } to { $price }. Save it anyway?
console-ledger = Stock ledger
console-all-movements = All movements
console-no-movements = No stock movements yet.
console-when = Date
console-for-an-order = for an order
console-for-order = for order #{ $number }
console-on-backorder = On backorder
console-movement = Movement
console-remark = Note
console-change = Change
console-change-stock = Change stock
console-stock-of = Stock of { $name }
console-there-is = Current stock
console-how-many = Quantity
console-how-many-hint = For a count, enter all units on hand, including reserved. For an adjustment, use a minus to remove units, e.g. −3.
console-because-of = Reason
console-receipt = Receipt
console-count = Count
console-adjustment = Adjustment
console-restock = Restock
console-book = Save
console-book-receipt = Receipt: stock received
console-book-restock = Restock: back on the shelf
console-book-lost = Damaged or lost
console-book-count = Count: units on hand
console-book-adjustment = Adjustment: more or less
console-enter-delta = Enter a whole number other than 0, such as 5 or −2
console-enter-some = Enter a whole number above 0, such as 5
console-say-what-for = Choose a reason
console-accept-shortfall = Save anyway. The newest orders will wait for stock
console-pictures = Images
console-pictures-of = Images of { $name }
console-no-picture = No image yet
console-no-picture-more = Shoppers see a placeholder until you add one.
console-add-picture = Add image
console-pictures-changed = The images have changed
console-pictures-changed-more = Nothing was saved. Your images are listed first, then the current ones. Clear the addresses you don’t want, then save.
console-pictures-hint = Images are files on the server, in the “pictures” folder of the data folder or in the folder set by ORDO_PICTURES: PNG, JPEG, WebP, AVIF or GIF, up to 5 MiB, with names of A to Z, a to z, digits, dots, underscores and hyphens. The address of teapot.jpg is /pictures/teapot.jpg.
console-change-pictures = Edit images
console-save-pictures = Save images
console-address = Address
console-picture-of-our-own = Enter an address of this shop, such as /pictures/teapot.jpg. Images from other sites aren’t shown
console-no-such-picture = Image not found. It must be in the folder, be a PNG, JPEG, WebP, AVIF or GIF of up to 5 MiB, and have a name of A to Z, a to z, digits, dots, underscores and hyphens
console-words-of-no-picture = Enter the address of this image, or clear its alt text
console-alt = Alt text
console-alt-hint = Read aloud by screen readers.
console-empty-to-remove = Clear the field to remove the image.
console-sale = Sale
console-found-again = Found
console-product-saved = Saved.
console-product-added = Added.
console-stock-booked = Stock updated.
# What the ledger notes of pieces that came back with parcel `n` of an order.
# $number
# $n (Number)
console-came-back-with = Order #{ $number }, parcel { $n }
# $n (Number)
# $pieces
console-parcel-had = Parcel { $n } contained { $pieces } of this product
console-product-is-deleted = This product was deleted
console-product-is-deleted-more = It’s no longer sold, so returned units can’t be restocked.
console-restocked-before = Already restocked.
console-restocked-before-more = The returned units from this parcel are back in stock, as the ledger below shows.
console-back-to-order = Back to the order
console-book-more = Record another change
console-stock-as-counted = The stock matches your count.
console-stock-has-changed-more = Nothing was saved. Check the ledger below, then save your count again if it’s still right.
console-pictures-saved = Images saved.

# $n (Number)
console-picture-n = Image { $n }
console-delete-question = Delete { $name }?
console-still-reserved = Reserved for open orders: { $pieces }. These orders aren’t affected.
# $available (Number)
# $reserved (Number)
# $hand (Number)
console-of-hand = { $available } available, { $reserved } reserved, of { $hand } on hand
# So many pieces are reserved that are not on hand.
# $pieces (Number)
console-short-by = { $pieces } short
console-short-waits =
    { $pieces ->
        [one] { $pieces } short: orders are waiting for stock
       *[other] { $pieces } short: orders are waiting for stock
    }
console-reserved-for-orders = { $pieces } reserved. Select the checkbox to save anyway
console-only-on-hand = Only { $pieces } on hand. Enter no more than that, or recount
console-stock-has-changed = Stock changed while you were counting. The system now shows { $pieces }
