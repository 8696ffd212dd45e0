"""Buys and is refused with the client that openapi-python-client has generated; the test `clients` reads what is printed."""

import json
import os

from ordo_client import AuthenticatedClient, Client
from ordo_client.api.events import list_events
from ordo_client.api.login import login
from ordo_client.api.orders import get_order, pay_order, place_order, read_history
from ordo_client.api.products import create_product, list_products
from ordo_client.api.register import register
from ordo_client.models import (
    Credentials,
    MoneyObject,
    NewAccount,
    NewLine,
    NewOrder,
    NewProduct,
    OrderEvent,
    PaymentMethod,
    Problem,
)

URL, ADMIN, PASSWORD = (os.environ[name] for name in ("ORDO_URL", "ADMIN_EMAIL", "ADMIN_PASSWORD"))
anonymous = Client(base_url=URL)


def parsed(response, status):
    assert response.status_code == status, (response.status_code, response.content)
    return response.parsed


def signed_in(answer):
    return AuthenticatedClient(base_url=URL, token=answer.access_token)


admin = signed_in(parsed(login.sync_detailed(client=anonymous, body=Credentials(email=ADMIN, password=PASSWORD)), 200))
account = NewAccount(email="ada@example.com", password="a customer's password")
customer = signed_in(parsed(register.sync_detailed(client=anonymous, body=account), 201))

for sku, price in (("TEAPOT", MoneyObject(amount="19.90", currency="EUR")), ("CUP", "4.50"), ("LID", 3.0)):
    product = NewProduct(name=sku.title(), sku=sku, price=price, stock=10)
    parsed(create_product.sync_detailed(client=admin, body=product), 201)
teapot = parsed(list_products.sync_detailed(client=customer, sku="TEAPOT"), 200).items[0]

order = NewOrder(lines=[NewLine(product_id=teapot.id, quantity=2)])
placed = parsed(place_order.sync_detailed(client=customer, body=order, idempotency_key="order"), 201)
declined = parsed(
    pay_order.sync_detailed(placed.id, client=customer, body=PaymentMethod(method="sim_declined"), idempotency_key="declined"),
    402,
)
assert isinstance(declined, Problem)
payment = parsed(
    pay_order.sync_detailed(placed.id, client=customer, body=PaymentMethod(method="sim_ok"), idempotency_key="paid"), 201
)
read = parsed(get_order.sync_detailed(placed.id, client=customer), 200)

too_many = NewOrder(lines=[NewLine(product_id=teapot.id, quantity=1000)])
short = parsed(place_order.sync_detailed(client=customer, body=too_many, idempotency_key="short"), 409)
unknown = parsed(get_order.sync_detailed("ord_" + 26 * "0", client=customer), 404)
invalid = parsed(place_order.sync_detailed(client=customer, body=NewOrder(lines=[]), idempotency_key="none"), 400)

history = parsed(read_history.sync_detailed(placed.id, client=customer), 200)
events = parsed(list_events.sync_detailed(client=admin, subject=placed.id), 200)
event = OrderEvent.from_dict(events.items[0].data.to_dict())

print(
    json.dumps(
        {
            "order": read.id,
            "status": read.status.value,
            "total": read.total.amount,
            "created": read.created_at.isoformat(),
            "payment": payment.status.value,
            "declined": [declined.code, declined.payment.attempts[-1].failure.code],
            "short": [short.code, short.errors[0].code, short.errors[0].pointer, short.errors[0].available],
            "unknown": unknown.code,
            "invalid": [invalid.code, invalid.errors[0].pointer],
            "history": [item.type_.value for item in history.items],
            "event": [events.items[0].type_, event.figures.number],
        }
    )
)
