"""Buys and is refused with the Python client that openapi-generator has generated; the test `clients` reads what is printed."""

import json
import os

import ordo_client
from ordo_client import (
    ApiException,
    Credentials,
    MoneyIn,
    MoneyObject,
    NewAccount,
    NewLine,
    NewOrder,
    NewProduct,
    OrderEvent,
    PaymentMethod,
)

URL, ADMIN, PASSWORD = (os.environ[name] for name in ("ORDO_URL", "ADMIN_EMAIL", "ADMIN_PASSWORD"))


def client(token=None):
    return ordo_client.ApiClient(ordo_client.Configuration(host=URL, access_token=token))


def refused(status, call, *arguments):
    try:
        call(*arguments)
    except ApiException as refusal:
        assert refusal.status == status, refusal
        return refusal.data
    raise AssertionError(f"{call} was not refused with {status}")


signed_in = ordo_client.LoginApi(client()).login(Credentials(email=ADMIN, password=PASSWORD))
admin = client(signed_in.access_token)
account = NewAccount(email="ada@example.com", password="a customer's password")
customer = client(ordo_client.RegisterApi(client()).register(account).access_token)
orders = ordo_client.OrdersApi(customer)

for sku, price in (("TEAPOT", MoneyObject(amount="19.90", currency="EUR")), ("CUP", "4.50"), ("LID", 3.0)):
    product = NewProduct(name=sku.title(), sku=sku, price=MoneyIn(price), stock=10)
    ordo_client.ProductsApi(admin).create_product(product)
teapot = ordo_client.ProductsApi(customer).list_products(sku="TEAPOT").items[0]

placed = orders.place_order("order", NewOrder(lines=[NewLine(product_id=teapot.id, quantity=2)]))
declined = refused(402, orders.pay_order, placed.id, "declined", PaymentMethod(method="sim_declined"))
payment = orders.pay_order(placed.id, "paid", PaymentMethod(method="sim_ok"))
read = orders.get_order(placed.id)

too_many = NewOrder(lines=[NewLine(product_id=teapot.id, quantity=1000)])
short = refused(409, orders.place_order, "short", too_many)
unknown = refused(404, orders.get_order, "ord_" + 26 * "0")
# this client checks what it sends itself: only what it is not told is refused by the shop
line = NewLine(product_id=teapot.id, title="Both", quantity=1)
invalid = refused(400, orders.place_order, "none", NewOrder(lines=[line]))

history = orders.read_history(placed.id)
events = ordo_client.EventsApi(admin).list_events(subject=placed.id)
event = OrderEvent.from_dict(events.items[0].data)

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
            "history": [item.type.value for item in history.items],
            "event": [events.items[0].type, event.figures.number],
        }
    )
)
