//! The countries that there are.

use endpoint::NO_SUCH_COUNTRY;

/// The codes of ISO 3166-1 that are assigned, and `XK` (Kosovo), one of those which it leaves to its users and which posts
/// and banks use alike. The rest of these (`AA`, `QM` to `QZ`, `XA` to `XZ`, `ZZ`) name no country.
pub const CODES: &str = "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV \
    BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES \
    ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE \
    IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY \
    MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU \
    NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM \
    SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE \
    VG VI VN VU WF WS XK YE YT ZA ZM ZW";

/// Whether there is such a country: the form of its code is the pattern's to hold.
///
/// # Errors
/// When it has the form, and none has it.
pub fn country_is_there(code: &str, (): &()) -> garde::Result {
    let has_form = code.len() == 2 && code.bytes().all(|b| b.is_ascii_uppercase());
    match !has_form || CODES.split(' ').any(|known| known == code) {
        true => Ok(()),
        false => Err(garde::Error::new(NO_SUCH_COUNTRY)),
    }
}
