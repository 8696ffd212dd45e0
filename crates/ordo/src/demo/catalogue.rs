//! What the demo sells: tea, what it is made in, and what goes with it.

/// Something of the catalogue.
pub(super) struct Item {
    pub(super) sku: &'static str,
    /// Its picture's name, and what must be seen there.
    pub(super) picture: (&'static str, &'static str),
    pub(super) name: &'static str,
    pub(super) description: &'static str,
    /// In minor units.
    pub(super) price: i64,
    /// Pieces that it began with.
    pub(super) stock: i64,
    /// It came into the catalogue so many days ago.
    pub(super) days: u32,
    pub(super) sale: Sale,
    pub(super) kind: &'static str,
    /// Where it is from.
    pub(super) origin: &'static str,
}

/// How it is sold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sale {
    FromStock,
    /// Also when there is none: it is made to order.
    ToOrder,
    /// Not yet.
    Draft,
}

macro_rules! items {
    ($($sku:literal $kind:literal $origin:literal $price:literal x $stock:literal, $days:literal days, $sale:ident,
        $name:literal: $description:literal, $picture:literal: $alt:literal;)*) => {
        /// All of it, in the order in which it was added.
        pub(super) const ITEMS: &[Item] = &[$(Item {
            sku: $sku,
            picture: ($picture, $alt),
            name: $name,
            description: $description,
            price: $price,
            stock: $stock,
            days: $days,
            sale: Sale::$sale,
            kind: $kind,
            origin: $origin,
        }),*];
    };
}

items! {
    "SEN-100" "Tea" "Kagoshima, Japan" 1590 x 80, 30 days, FromStock,
        "Sencha Kagoshima, 100 g": "Deep-steamed sencha of the first harvest: a green cup, sweet and a little of the sea. Steep at 70 °C for one minute; it gives three good infusions.",
        "sencha": "A pale green bag of tea with a leaf on its label";
    "GEN-100" "Tea" "Shizuoka, Japan" 1150 x 60, 30 days, FromStock,
        "Genmaicha, 100 g": "Bancha with roasted rice. Nutty, warming and low in caffeine: the tea for after dinner.",
        "genmaicha": "A sand-coloured bag of tea with grains of rice on its label";
    "HOJ-100" "Tea" "Kyoto, Japan" 1240 x 60, 30 days, FromStock,
        "Hojicha, dark roast, 100 g": "Roasted over charcoal until it smells of cocoa and bread. Forgives boiling water.",
        "hojicha": "A brown bag of tea with a flame on its label";
    "EAR-100" "Tea" "Darjeeling, India" 990 x 70, 30 days, FromStock,
        "Earl Grey, 100 g": "Second-flush Darjeeling with oil of bergamot from Calabria, and nothing else.",
        "earl-grey": "A light blue bag of tea with a slice of citrus on its label";
    "ASM-100" "Tea" "Assam, India" 980 x 90, 30 days, FromStock,
        "Assam, second flush, 100 g": "Malty, strong and copper-red. Takes milk well, and early mornings too.",
        "assam": "A red bag of tea with a rising sun on its label";
    "OOL-50" "Tea" "Anxi, China" 1460 x 40, 30 days, FromStock,
        "Tie Guan Yin, 50 g": "A green oolong rolled by hand, with the scent of orchids. Five short infusions and more.",
        "oolong": "A slate-blue bag of tea with hills on its label";
    "HRB-60" "Tea" "Valais, Switzerland" 840 x 50, 30 days, FromStock,
        "Mountain herbs, 60 g": "Lemon balm, thyme, cornflower and marigold, cut above 1,400 metres. No caffeine.",
        "herbs": "A yellow bag of herbs with a flower on its label";
    "MAT-30" "Tea" "Uji, Japan" 2900 x 24, 30 days, FromStock,
        "Matcha, ceremonial, 30 g": "Stone-milled from shaded leaves of Uji. Keep it cold once it is open, and whisk it with 80 °C water.",
        "matcha": "A green tin of matcha with a silver lid";
    "SLV-40" "Tea" "Fuding, China" 2400 x 12, 30 days, FromStock,
        "Silver Needle, 40 g": "White tea of buds only, picked on nine days in spring. A small lot, and gone soon.",
        "silver-needle": "A light grey bag of tea with three needles on its label";
    "SMP-6" "Gifts" "Leipzig, Germany" 3200 x 20, 26 days, FromStock,
        "Tea sampler, six tins": "Six teas in small tins: matcha, hojicha, Earl Grey, genmaicha, Assam and oolong, in a box of oak.",
        "sampler": "Six small tins of tea in a wooden box, from above";
    "TEA-1" "Teaware" "Tokoname, Japan" 6400 x 14, 30 days, FromStock,
        "Side-handle teapot, 350 ml": "A kyusu of slate-blue stoneware with a sieve of 180 holes, pierced by hand. For two cups at a time.",
        "teapot": "A slate-blue teapot with a handle at its side";
    "POT-2" "Teaware" "Bürgel, Germany" 5800 x 16, 30 days, FromStock,
        "Teapot, sand, 600 ml": "Thrown in one piece, half of it dipped in celadon. The lid stays on while you pour.",
        "teapot-sand": "A round sand-coloured teapot, half glazed in grey-green";
    "GLS-8" "Teaware" "Jena, Germany" 3900 x 20, 30 days, FromStock,
        "Glass teapot, 800 ml": "Borosilicate glass with a basket, so that leaves can leave when they are done.",
        "teapot-glass": "A glass teapot with amber tea in it";
    "IRN-1" "Teaware" "Iwate, Japan" 12800 x 3, 30 days, ToOrder,
        "Cast-iron teapot, 900 ml": "Cast in a mould of sand, with a pattern of hailstones. Made to order when none is here: allow three weeks.",
        "teapot-iron": "A dark cast-iron teapot with a high handle";
    "YUN-1" "Teaware" "Mashiko, Japan" 1850 x 22, 30 days, FromStock,
        "Yunomi cup, ash glaze": "A tall cup for everyday tea. Where the glaze stops, each one is different.",
        "cup-ash": "A tall cup with a grey-green glaze over sand";
    "YUN-2" "Teaware" "Mashiko, Japan" 1850 x 30, 30 days, FromStock,
        "Yunomi cup, iron glaze": "The same cup in dark clay under a red iron glaze.",
        "cup-iron": "A tall dark cup with a rust-red glaze";
    "YUN-3" "Teaware" "Longquan, China" 1950 x 24, 20 days, FromStock,
        "Yunomi cup, celadon": "Porcelain under a glaze that pools to jade.",
        "cup-celadon": "A tall cup with a jade-green glaze";
    "MUG-1" "Teaware" "Bürgel, Germany" 2200 x 28, 30 days, FromStock,
        "Tall mug, speckled": "Holds 380 ml, and keeps its handle cool. For tea with milk, and for desks.",
        "mug": "A tall speckled mug with a copper-coloured foot";
    "BWL-11" "Teaware" "Hagi, Japan" 4200 x 9, 30 days, FromStock,
        "Matcha bowl, iron glaze": "Wide enough for the whisk, thick enough for both hands.",
        "bowl-iron": "A wide dark bowl with matcha in it";
    "BWL-12" "Teaware" "Longquan, China" 4400 x 8, 30 days, FromStock,
        "Matcha bowl, celadon": "Light and quiet, with a foot that rings when it is set down.",
        "bowl-celadon": "A wide bowl with a jade-green glaze";
    "PIT-1" "Teaware" "Bürgel, Germany" 2700 x 8, 30 days, FromStock,
        "Milk pitcher, 250 ml": "Pours without a drop too many. Half sand, half sea.",
        "pitcher": "A sand-coloured pitcher, its lower half grey-green";
    "PLT-18" "Teaware" "Bürgel, Germany" 2400 x 30, 30 days, FromStock,
        "Dessert plate, 18 cm": "Speckled stoneware with a line of bare clay at the rim. Safe in the dishwasher.",
        "plate": "A round speckled plate, from above";
    "KET-9" "Kitchen" "Tsubame, Japan" 8900 x 10, 30 days, FromStock,
        "Pour-over kettle, 0.9 l": "A narrow spout for a thin, steady stream, and a handle of beech that stays cool.",
        "kettle": "A dark kettle with a narrow spout and a wooden handle";
    "WSK-80" "Kitchen" "Takayama, Japan" 2100 x 25, 30 days, FromStock,
        "Bamboo whisk, 80 prongs": "Split by hand from one piece of bamboo. Rinse it warm, and let it dry standing.",
        "whisk": "A whisk of light bamboo with a dark band";
    "SCP-1" "Kitchen" "Takayama, Japan" 900 x 40, 30 days, FromStock,
        "Matcha scoop": "One heaped scoop is one bowl.",
        "scoop": "A long scoop of bamboo with a little matcha on it";
    "STR-1" "Kitchen" "Solingen, Germany" 690 x 55, 30 days, FromStock,
        "Tea strainer": "Stainless steel, fine enough for rooibos. Fits cups from 65 to 95 mm.",
        "strainer": "A strainer of stainless steel with a wide rim";
    "TIM-3" "Kitchen" "Ilmenau, Germany" 1400 x 22, 30 days, FromStock,
        "Sand timer, three minutes": "Three minutes, give or take five seconds, without a battery.",
        "timer": "A sand timer with copper-coloured sand between two pieces of oak";
    "CLT-1" "Kitchen" "Laichingen, Germany" 1250 x 32, 30 days, FromStock,
        "Linen cloths, three": "Washed half-linen for drying pots and polishing nothing. 50 by 70 cm.",
        "cloth": "Three folded linen cloths with blue stripes";
    "TRY-1" "Kitchen" "Zwiesel, Germany" 4800 x 6, 30 days, FromStock,
        "Oak tray, 40 cm": "One board of oak with two grips, oiled, not lacquered.",
        "tray": "A wooden tray with two grips, from above";
    "CAD-1" "Kitchen" "Kakunodate, Japan" 3800 x 9, 30 days, FromStock,
        "Cherry bark caddy": "Keeps 100 g of tea dry and dark. Its lid sinks by itself.",
        "caddy": "A round caddy covered with cherry bark";
    "HON-250" "Kitchen" "Spreewald, Germany" 720 x 45, 12 days, FromStock,
        "Linden honey, 250 g": "From one beekeeper and forty hives. Stirred until it stays soft.",
        "honey": "A jar of honey with a comb on its label";
    "GFT-1" "Gifts" "Leipzig, Germany" 450 x 100, 30 days, FromStock,
        "Gift box with ribbon": "Recycled card, a ribbon of cotton, and room for a pot and two cups.",
        "gift-box": "A petrol-blue gift box with a copper-coloured ribbon";
    "SAU-1" "Teaware" "Meissen, Germany" 900 x 0, 30 days, FromStock,
        "Porcelain saucer": "The last of an old series.",
        "saucer": "A white saucer with two blue lines";
    "GYO-50" "Tea" "Yame, Japan" 3400 x 0, 6 days, Draft,
        "Gyokuro, shaded, 50 g": "Shaded for three weeks before the harvest. On its way to us.",
        "gyokuro": "A dark green bag of tea with a plant on its label";
    "ADV-24" "Gifts" "Leipzig, Germany" 4900 x 30, 3 days, Draft,
        "Advent house, 24 teas": "A house with 24 windows, and a tea behind each. On sale when the days get short.",
        "advent-box": "A dark house of card with lit windows and a copper-coloured roof";
}
