// Buys and is refused with openapi-fetch, by the types that openapi-typescript has generated; the test `clients` reads what is
// printed.

import createClient from "openapi-fetch";
import type { components, paths } from "./schema";

type Schemas = components["schemas"];
declare const process: { env: Record<string, string> };
const { ORDO_URL: baseUrl, ADMIN_EMAIL, ADMIN_PASSWORD } = process.env;
const signedIn = (token: string) => createClient<paths>({ baseUrl, headers: { Authorization: `Bearer ${token}` } });

function got<T>({ data, response }: { data?: T; response: Response }): T {
  if (data === undefined) throw new Error(`refused with ${response.status}`);
  return data;
}

function refused<T>(status: number, { error, response }: { error?: T; response: Response }): T {
  if (error === undefined || response.status !== status) throw new Error(`${response.status} and not ${status}`);
  return error;
}

async function main() {
  const anonymous = createClient<paths>({ baseUrl });
  const credentials = { email: ADMIN_EMAIL, password: ADMIN_PASSWORD };
  const admin = signedIn(got(await anonymous.POST("/v1/login", { body: credentials })).access_token);
  const account = { email: "ada@example.com", password: "a customer's password" };
  const customer = signedIn(got(await anonymous.POST("/v1/register", { body: account })).access_token);

  const prices: [string, Schemas["MoneyIn"]][] = [["TEAPOT", { amount: "19.90", currency: "EUR" }], ["CUP", "4.50"], ["LID", 3]];
  for (const [sku, price] of prices) {
    // members with a default are optional
    got(await admin.POST("/v1/products", { body: { name: sku, sku, price, stock: 10 } }));
  }
  const [teapot] = got(await customer.GET("/v1/products", { params: { query: { sku: "TEAPOT" } } })).items;

  const place = (key: string, lines: Schemas["NewLine"][]) =>
    customer.POST("/v1/orders", { params: { header: { "Idempotency-Key": key } }, body: { lines } });
  const { id } = got(await place("order", [{ product_id: teapot.id, quantity: 2 }]));
  const pay = (key: string, method: string) =>
    customer.POST("/v1/orders/{id}/payments", { params: { path: { id }, header: { "Idempotency-Key": key } }, body: { method } });
  const declined = refused(402, await pay("declined", "sim_declined"));
  const payment = got(await pay("paid", "sim_ok"));
  const read = got(await customer.GET("/v1/orders/{id}", { params: { path: { id } } }));

  const short = refused(409, await place("short", [{ product_id: teapot.id, quantity: 1000 }]));
  const none = { path: { id: `ord_${"0".repeat(26)}` } };
  const unknown = refused(404, await customer.GET("/v1/orders/{id}", { params: none }));
  const invalid = refused(400, await place("none", []));

  const history = got(await customer.GET("/v1/orders/{id}/history", { params: { path: { id } } }));
  const events = got(await admin.GET("/v1/events", { params: { query: { subject: id } } }));
  const event = events.items[0].data as unknown as Schemas["OrderEvent"];

  console.log(JSON.stringify({
    order: read.id,
    status: read.status,
    total: read.total.amount,
    created: new Date(read.created_at).toISOString(),
    payment: payment.status,
    declined: [declined.code, declined.payment?.attempts.at(-1)?.failure?.code],
    short: [short.code, short.errors?.[0].code, short.errors?.[0].pointer, short.errors?.[0].available],
    unknown: unknown.code,
    invalid: [invalid.code, invalid.errors?.[0].pointer],
    history: history.items.map((item) => item.type),
    event: [events.items[0].type, event.figures.number],
  }));
}

void main();
