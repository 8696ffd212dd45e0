//! Countries, and the requirements of their addresses: one table for the API and the web pages.

use crate::is_blank;
use endpoint::{NO_SUCH_COUNTRY, POSTAL_CODE_MISSING};

/// The assigned codes of ISO 3166-1, and the user-assigned code `XK` (Kosovo), which postal services and banks commonly
/// use. The other user-assigned codes (`AA`, `QM` to `QZ`, `XA` to `XZ`, `ZZ`) do not denote a country.
pub const CODES: &str = "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV \
    BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES \
    ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE \
    IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY \
    MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU \
    NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM \
    SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE \
    VG VI VN VU WF WS XK YE YT ZA ZM ZW";

/// Validates that the country exists. The format of the code is checked by its pattern.
///
/// # Errors
/// When the code is well-formed, but not assigned.
pub fn country_is_there(code: &str, (): &()) -> garde::Result {
    let has_form = code.len() == 2 && code.bytes().all(|b| b.is_ascii_uppercase());
    match !has_form || CODES.split(' ').any(|known| known == code) {
        true => Ok(()),
        false => Err(garde::Error::new(NO_SUCH_COUNTRY)),
    }
}

/// Whether the addresses of a country have a postal code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PostalCodeRule {
    /// Every address has one, and carriers require it.
    Required,
    /// Residents often do not know their code, or codes were introduced recently or are rarely used.
    Optional,
    /// The country has no postal codes. A code that is sent anyway (`00000`) is stored.
    Absent,
}

/// Countries in which every address has a postal code.
const WITH_POSTAL_CODE: &str = "AR AT AU AX BE BG BR CA CH CN CY CZ DE DK EE ES FI FO FR GB GF GG GI GL GP GR GU HR HU ID IL IM IN IS \
    IT JE JP KR LI LT LU LV MC MP MQ MT MX MY NC NL NO NZ PF PH PL PM PR PT RE RO RS RU SE SG SI SJ SK SM TH TR TW \
    UA US VA VI YT ZA";
/// Countries without postal codes.
const WITHOUT_POSTAL_CODE: &str = "AE AG AO AW BF BI BJ BO BQ BS BV BW BZ CD CF CG CI CK CM CW DJ DM ER FJ GA GD GM GQ GY HK HM JM KI \
    KM KN KP ML MO MR NR NU QA RW SB SC SL SR SS ST SX SY TD TF TG TK TL TO TV UG VU YE ZW";
/// Countries whose addresses require a state, province or emirate.
const WITH_REGION: &str = "AE AU BR CA CN IN MX US";

/// Returns whether addresses of a country have a postal code; `Optional` for an unknown country.
pub fn postal_code_rule(country: &str) -> PostalCodeRule {
    let is_in = |list: &str| list.split(' ').any(|code| code == country);
    match () {
        () if is_in(WITH_POSTAL_CODE) => PostalCodeRule::Required,
        () if is_in(WITHOUT_POSTAL_CODE) => PostalCodeRule::Absent,
        () => PostalCodeRule::Optional,
    }
}

/// Returns whether forms ask for a state or province. The API accepts addresses without one, because the postal code
/// implies it.
pub fn region_is_needed(country: &str) -> bool {
    WITH_REGION.split(' ').any(|code| code == country)
}

/// Validates the postal code of an address in the given country.
///
/// # Errors
/// When the code is missing and addresses in this country require one.
pub(crate) fn postal_code_of(country: &str) -> impl FnOnce(&str, &()) -> garde::Result + '_ {
    move |code, ()| match is_blank(code) && postal_code_rule(country) == PostalCodeRule::Required {
        true => Err(garde::Error::new(POSTAL_CODE_MISSING)),
        false => Ok(()),
    }
}
