# What stands around the rooms of the console.

console-rooms = Rooms
console-home = Home
console-shop-group = Shop
console-operate-group = Operate
console-system = System
console-search = Search
console-all-of-them = All of them
console-nothing-fits = Nothing fits
console-nothing-fits-more = Look for a number, a name, an e-mail address or an article.
console-show-as-table = Show as a table
console-newest-orders = Newest orders
console-all-orders = All orders
console-orders = Orders
console-more = More
console-open-the-shop = Open the shop
console-to-home = Console, home
console-search-all = Search the console
console-your-profile = Your profile
console-clear = Clear
console-remove = , remove
console-filter = Filter
console-apply = Show
console-any = Any
console-sort-by = Sort by
console-back = Back
console-open = Open
console-not-done = Nothing was changed.
console-not-known = The answer did not come in time
console-not-known-more = It may have been done all the same. Look at the page; where it is not, press the button once more: it is done once.
console-role-customer = Customer
console-role-staff = Staff
console-role-admin = Administrator

console-found = Search for “{ $words }”
console-your-menu = Your menu, { $name }
