//! How checkout looks: the form, what stands above it, and the sum beside it.

use super::{Looked, Trouble};
use crate::{
    session::{
        basket::{self, name_of},
        basket_cookie::pieces_on_sale,
        checkout_form_state::{self, to_basket},
        request::Visit,
    },
    storefront::{
        adjust_quantity,
        basket::{Hindrance, hindrances, left_out, price_went},
    },
    texts as t,
    ui::{
        address::{self, address_inputs, form_of},
        components::{Field, banner, picture, post_by, refusal, sum_of_line, summary_of},
        form::{Faults, Form},
        format, icons,
        page::Page,
        test_cards::cards,
    },
};
use contracts::{
    auth::SavedAddress,
    orders::{Basket, BasketLine},
};
use maud::{Markup, html};

const EMAIL: Field =
    Field::new("email", t::EMAIL).kind("email").autocomplete("email").hint(t::GUEST_EMAIL_HINT);
const NOTE: Field = Field::new("note", t::NOTE).hint(t::NOTE_HINT).optional();

/// The page: with what was typed, what is wrong with it, what stands above it, and the addresses to choose from.
pub(super) fn page(
    visit: &Visit,
    looked: &Looked,
    form: &Form,
    faults: &Faults,
    (trouble, kept): (Trouble, &[SavedAddress]),
) -> Page {
    let fields = html! {
        input type="hidden" name="offer" value=(visit.web.seal.close("offer", &looked.offer));
        div.row.spread {
            h1 { (t::CHECKOUT) }
            ol.steps aria-label=(t::STEPS) {
                li { (t::BASKET) } li aria-current="step" { (t::ADDRESS_AND_PAYMENT) } li { (t::DONE) }
            }
        }
        @if visit.done("resumed") == "1" {
            (banner("", t::SIGNED_IN_AGAIN.say(), html! { p { (t::SIGNED_IN_AGAIN_MORE) } }))
        }
        @if looked.is_left_out { (left_out()) }
        (trouble_shown(&trouble, faults, &looked.basket, visit.session.is_some()))
        div.split {
            div {
                @if visit.session.is_none() { (guest_fields(form, faults)) }
                (address_fields(form, faults, visit.session.is_some(), kept))
                (cards(visit.web.needs.settings.payment_methods, form, faults))
                section.section-form { (NOTE.area(form, faults)) }
            }
            (sum(looked))
        }
    };
    let way = html! {
        div.push.small {
            // what Enter presses: the first button of a form, which must not be one that leads back or takes less
            button.sr form=(checkout_form_state::FORM) tabindex="-1" aria-hidden="true" data-once {
                (t::place_order(&format::money(looked.offer.total)))
            }
            (to_basket("link", t::BACK_TO_BASKET))
        }
    };
    let form = post_by(
        visit.csrf(),
        Some(checkout_form_state::FORM),
        checkout_form_state::PATH,
        "stack gap-6",
        fields,
    );
    Page::new(t::CHECKOUT, form).back_by(way)
}

/// All fields that people write in, in the order of the page.
fn fields() -> Vec<Field> {
    [EMAIL].into_iter().chain(address::FIELDS).chain([NOTE]).collect()
}

fn trouble_shown(trouble: &Trouble, faults: &Faults, basket: &Basket, is_signed_in: bool) -> Markup {
    let hindrances = hindrances(basket);
    let named = html! {
        @if !hindrances.is_empty() {
            ul.settled {
                @for Hindrance { line, why, left, .. } in &hindrances {
                    li.stack.gap-1 { p { strong { (name_of(line)) } ": " (why) } div { (adjust_quantity::button(line, *left)) } }
                }
            }
        }
    };
    match trouble {
        Trouble::Nothing | Trouble::LeftOut(_) => html! {
            @if let Trouble::LeftOut(what) = trouble { (banner("wait", what.say(), html! { p { (t::NOT_KEPT_MORE) } })) }
            @if !hindrances.is_empty() {
                (banner("wait", t::SETTLE_FIRST.say(), html! { (named) p { (to_basket("link", t::SETTLE_IN_BASKET)) } }))
            }
        },
        Trouble::Fields => summary_of(&fields(), faults, Some(t::NOTHING_ORDERED.say())),
        Trouble::Said(title, more) | Trouble::News(title, more) => refusal(
            if matches!(trouble, Trouble::News(..)) { "wait" } else { "bad" },
            title,
            html! {
                p { (more) }
                (named)
                p { (to_basket("link", t::SEE_BASKET)) @if is_signed_in { ", " a href="/account/orders" { (t::SEE_ORDERS) } } }
            },
        ),
        Trouble::Unknown => banner("wait", t::NOT_KNOWN.say(), html! { p { (t::NOT_KNOWN_MORE) } }),
    }
}

/// Where mails go of somebody who has no account, and the way to one who has.
fn guest_fields(form: &Form, faults: &Faults) -> Markup {
    html! {
        section.section-form aria-labelledby="h-e" {
            h2 id="h-e" { (t::YOUR_EMAIL) }
            p.quiet { (t::HAVE_AN_ACCOUNT) (checkout_form_state::to_sign_in(t::SIGN_IN)) "." }
            (EMAIL.show(form, faults))
        }
    }
}

fn sum(Looked { basket, offer, .. }: &Looked) -> Markup {
    let hindrances = hindrances(basket);
    html! {
        aside.sum-box.stack.stay aria-label=(t::YOUR_ORDER) {
            h2 { (t::YOUR_ORDER) }
            ul.lines { @for line in &basket.lines { (line_of(line, &hindrances, price_went(basket, line))) } }
            dl.money {
                div { dt { (t::goods_of(pieces_on_sale(basket))) } dd { (format::money(offer.total)) } }
                div.sum { dt { (t::TOTAL) } dd { (format::money(offer.total)) } }
            }
            @if basket::is_blocked(basket) {
                (to_basket("btn btn-wide", t::SETTLE_IN_BASKET))
            } @else {
                button.btn.btn-primary.btn-wide data-once { (t::place_order(&format::money(offer.total))) }
                p.small.quiet { (t::ONCE_ONLY) }
            }
        }
    }
}

fn line_of(line: &BasketLine, hindrances: &[Hindrance<'_>], went: Option<Markup>) -> Markup {
    let hindrance = hindrances.iter().find(|one| one.line.product_id == line.product_id);
    // the badge of what is no longer sold says all of it
    let sign = |one: &Hindrance<'_>| match (one.is_unsold, one.left) {
        (true, _) => (icons::GONE, t::UNSOLD),
        (false, 0) => (icons::GONE, t::GONE),
        (false, _) => (icons::WARN, t::TOO_MANY),
    };
    let product = line.product.as_ref();
    let (images, name) = (product.map_or(&[][..], |product| &product.images[..]), name_of(line));
    let price = product.map_or(line.unit_price, |product| product.price);
    html! {
        li.line.line-s {
            span.plate.thumb { (picture(images, false)) }
            div {
                (name) p.small.quiet.num { (t::times(line.quantity)) " " (format::money(price)) }
                @if let Some(one) = hindrance {
                    @let (sign, word) = sign(one);
                    p.small.row.gap-2 { span.badge.wait { (sign) (word) } @if !one.is_unsold { span { (one.why) } } }
                }
                @if let Some(went) = went { (went) }
            }
            (sum_of_line(None, line.total.map(format::money)))
        }
    }
}

/// Where an order goes, at checkout: with the way to the other addresses of the account.
fn address_fields(form: &Form, faults: &Faults, can_keep: bool, kept: &[SavedAddress]) -> Markup {
    let is_chosen = |one: &SavedAddress| {
        form_of(&one.address).pairs().all(|(field, value)| form.text(field) == value.trim())
    };
    html! {
        section.section-form aria-labelledby="h-a" {
            h2 id="h-a" { (t::WHERE_TO) }
            @if kept.len() > 1 {
                ul.row.small.address-choice aria-label=(t::ADDRESSES) {
                    @for one in kept {
                        li {
                            a.btn.btn-small href={ "/checkout?address=" (one.id) } aria-current=[is_chosen(one).then_some("true")] {
                                (one.address.name) ", " (one.address.line1)
                            }
                        }
                    }
                }
            }
            div.fields { (address_inputs(form, faults)) }
            @if can_keep {
                label.check {
                    input type="checkbox" name="keep" value="on" checked[form.text("keep") == "on"];
                    span { (t::KEEP_ADDRESS) }
                }
            }
        }
    }
}
