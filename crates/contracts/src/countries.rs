//! The countries that there are, and what addresses in each of them must have: one table for the API and the pages.

use crate::is_blank;
use endpoint::{NO_SUCH_COUNTRY, POSTAL_CODE_MISSING};

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

/// Whether addresses in a country have a postal code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PostalCodeRule {
    /// Each address has one, and carriers need it.
    Required,
    /// Many people do not know theirs, or codes are new or seldom written.
    Optional,
    /// The country has no postal codes. One that is given all the same (`00000`) is kept.
    Absent,
}

/// Countries where each address has a postal code.
const WITH_POSTAL_CODE: &str = "AR AT AU AX BE BG BR CA CH CN CY CZ DE DK EE ES FI FO FR GB GF GG GI GL GP GR GU HR HU ID IL IM IN IS \
    IT JE JP KR LI LT LU LV MC MP MQ MT MX MY NC NL NO NZ PF PH PL PM PR PT RE RO RS RU SE SG SI SJ SK SM TH TR TW \
    UA US VA VI YT ZA";
/// Countries without postal codes.
const WITHOUT_POSTAL_CODE: &str = "AE AG AO AW BF BI BJ BO BQ BS BV BW BZ CD CF CG CI CK CM CW DJ DM ER FJ GA GD GM GQ GY HK HM JM KI \
    KM KN KP ML MO MR NR NU QA RW SB SC SL SR SS ST SX SY TD TF TG TK TL TO TV UG VU YE ZW";
/// Countries whose addresses are incomplete without a state, province or emirate.
const WITH_REGION: &str = "AE AU BR CA CN IN MX US";

/// Whether addresses in a country have a postal code; of an unknown country it is optional.
pub fn postal_code_rule(country: &str) -> PostalCodeRule {
    let is_in = |list: &str| list.split(' ').any(|code| code == country);
    match () {
        () if is_in(WITH_POSTAL_CODE) => PostalCodeRule::Required,
        () if is_in(WITHOUT_POSTAL_CODE) => PostalCodeRule::Absent,
        () => PostalCodeRule::Optional,
    }
}

/// Whether forms ask for a state or province. The API takes addresses without one: postal codes name it, too.
pub fn region_is_needed(country: &str) -> bool {
    WITH_REGION.split(' ').any(|code| code == country)
}

/// Whether an address in this country can have this postal code.
///
/// # Errors
/// When there is none, and addresses in this country need one.
pub(crate) fn postal_code_of(country: &str) -> impl FnOnce(&str, &()) -> garde::Result + '_ {
    move |code, ()| match is_blank(code) && postal_code_rule(country) == PostalCodeRule::Required {
        true => Err(garde::Error::new(POSTAL_CODE_MISSING)),
        false => Ok(()),
    }
}
