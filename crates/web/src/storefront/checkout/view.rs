//! The view of checkout: the form, what is above it, and the total.

use super::{CheckoutProblem, CheckoutView};
use crate::{
    session::{
        basket::{self, name_of},
        basket_cookie::pieces_on_sale,
        checkout_form_state::{self, to_basket},
        request::RequestContext,
    },
    storefront::{
        adjust_quantity,
        basket::{LineProblem, left_out, line_problems, price_went},
    },
    texts as t,
    ui::{
        address::{self, address_inputs, form_of},
        components::{Field, banner, picture, post_by, refusal, sum_of_line, summary_of},
        form::{FieldErrors, Form},
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

/// The page with its input, its errors, what is above it, and the addresses to choose from.
pub(super) fn page(
    visit: &RequestContext,
    looked: &CheckoutView,
    form: &Form,
    faults: &FieldErrors,
    (trouble, kept): (CheckoutProblem, &[SavedAddress]),
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
            (banner("", t::SIGNED_IN_AGAIN.text(), html! { p { (t::SIGNED_IN_AGAIN_MORE) } }))
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
            // the Enter key presses the first button of a form, which must not lead back or lower a quantity
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

/// All input fields, in the order of the page.
fn fields() -> Vec<Field> {
    [EMAIL].into_iter().chain(address::FIELDS).chain([NOTE]).collect()
}

fn trouble_shown(
    trouble: &CheckoutProblem,
    faults: &FieldErrors,
    basket: &Basket,
    is_signed_in: bool,
) -> Markup {
    let line_problems = line_problems(basket);
    let named = html! {
        @if !line_problems.is_empty() {
            ul.settled {
                @for LineProblem { line, why, left, .. } in &line_problems {
                    li.stack.gap-1 { p { strong { (name_of(line)) } ": " (why) } div { (adjust_quantity::button(line, *left)) } }
                }
            }
        }
    };
    match trouble {
        CheckoutProblem::Nothing | CheckoutProblem::LeftOut(_) => html! {
            @if let CheckoutProblem::LeftOut(what) = trouble { (banner("wait", what.text(), html! { p { (t::NOT_KEPT_MORE) } })) }
            @if !line_problems.is_empty() {
                (banner("wait", t::SETTLE_FIRST.text(), html! { (named) p { (to_basket("link", t::SETTLE_IN_BASKET)) } }))
            }
        },
        CheckoutProblem::Fields => summary_of(&fields(), faults, Some(t::NOTHING_ORDERED.text())),
        CheckoutProblem::ApiError(title, more) | CheckoutProblem::Changed(title, more) => refusal(
            if matches!(trouble, CheckoutProblem::Changed(..)) { "wait" } else { "bad" },
            title,
            html! {
                p { (more) }
                (named)
                p { (to_basket("link", t::SEE_BASKET)) @if is_signed_in { ", " a href="/account/orders" { (t::SEE_ORDERS) } } }
            },
        ),
        CheckoutProblem::Unknown => banner("wait", t::NOT_KNOWN.text(), html! { p { (t::NOT_KNOWN_MORE) } }),
    }
}

/// The email address of a guest, and the link to sign in.
fn guest_fields(form: &Form, faults: &FieldErrors) -> Markup {
    html! {
        section.section-form aria-labelledby="h-e" {
            h2 id="h-e" { (t::YOUR_EMAIL) }
            p.quiet { (t::HAVE_AN_ACCOUNT) (checkout_form_state::to_sign_in(t::SIGN_IN)) "." }
            (EMAIL.show(form, faults))
        }
    }
}

fn sum(CheckoutView { basket, offer, .. }: &CheckoutView) -> Markup {
    let line_problems = line_problems(basket);
    html! {
        aside.sum-box.stack.stay aria-label=(t::YOUR_ORDER) {
            h2 { (t::YOUR_ORDER) }
            ul.lines { @for line in &basket.lines { (line_of(line, &line_problems, price_went(basket, line))) } }
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

fn line_of(line: &BasketLine, line_problems: &[LineProblem<'_>], went: Option<Markup>) -> Markup {
    let hindrance = line_problems.iter().find(|one| one.line.product_id == line.product_id);
    // the badge of a product that is no longer sold says everything
    let sign = |one: &LineProblem<'_>| match (one.is_unsold, one.left) {
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

/// The address section, with the other addresses of the account.
fn address_fields(form: &Form, faults: &FieldErrors, can_keep: bool, kept: &[SavedAddress]) -> Markup {
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
