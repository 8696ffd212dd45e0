// Buys and is refused with the client that openapi-generator has generated (typescript-fetch); the test `clients` reads what
// is printed.

import * as api from "./client";

declare const process: { env: Record<string, string> };
const { ORDO_URL, ADMIN_EMAIL, ADMIN_PASSWORD } = process.env;
const configured = (accessToken?: string) => new api.Configuration({ basePath: ORDO_URL, accessToken });

async function refused(status: number, call: Promise<unknown>): Promise<api.Problem> {
  try {
    await call;
  } catch (refusal) {
    if (refusal instanceof api.ResponseError && refusal.response.status === status) {
      return api.ProblemFromJSON(await refusal.response.json());
    }
    throw refusal;
  }
  throw new Error(`not refused with ${status}`);
}

async function main() {
  const login = new api.LoginApi(configured());
  const { accessToken } = await login.login({ credentials: { email: ADMIN_EMAIL, password: ADMIN_PASSWORD } });
  const newAccount = { email: "ada@example.com", password: "a customer's password" };
  const customer = await new api.RegisterApi(configured()).register({ newAccount });
  const orders = new api.OrdersApi(configured(customer.accessToken));

  const prices: [string, api.MoneyIn][] = [["TEAPOT", { amount: "19.90", currency: "EUR" }], ["CUP", "4.50"], ["LID", 3]];
  for (const [sku, price] of prices) {
    const newProduct = { name: sku, sku, price, stock: 10 };
    await new api.ProductsApi(configured(accessToken)).createProduct({ newProduct });
  }
  const [teapot] = (await new api.ProductsApi(configured()).listProducts({ sku: "TEAPOT" })).items;

  const newOrder = { lines: [{ productId: teapot.id, quantity: 2 }] };
  const placed = await orders.placeOrder({ idempotencyKey: "order", newOrder });
  const pay = (idempotencyKey: string, method: string) =>
    orders.payOrder({ id: placed.id, idempotencyKey, paymentMethod: { method } });
  const declined = await refused(402, pay("declined", "sim_declined"));
  const payment = await pay("paid", "sim_ok");
  const read = await orders.getOrder({ id: placed.id });

  const tooMany = { lines: [{ productId: teapot.id, quantity: 1000 }] };
  const short = await refused(409, orders.placeOrder({ idempotencyKey: "short", newOrder: tooMany }));
  const unknown = await refused(404, orders.getOrder({ id: `ord_${"0".repeat(26)}` }));
  const invalid = await refused(400, orders.placeOrder({ idempotencyKey: "none", newOrder: { lines: [] } }));

  const history = await orders.readHistory({ id: placed.id });
  const events = await new api.EventsApi(configured(accessToken)).listEvents({ subject: placed.id });
  const event = api.OrderEventFromJSON(events.items[0].data);

  console.log(JSON.stringify({
    order: read.id,
    status: read.status,
    total: read.total.amount,
    created: read.createdAt.toISOString(),
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
