// IDs of existing resources that the signed-in user can access, to replace the invented IDs of examples in forms.

const ID = /\b([a-z]{3})_[0-7][0-9a-hjkmnp-tv-z]{25}\b/g;
// the URL that returns the newest resource of each kind, and the IDs that it requires
const FOUND_AT = {
  prd: () => "/v1/products?limit=1",
  ord: () => "/v1/orders?limit=1",
  lin: () => "/v1/orders?limit=1",
  pay: () => "/v1/orders?limit=1&payment_status=paid",
  ful: (known) => known.ord && `/v1/orders/${known.ord}/fulfilments?limit=1`,
  ref: (known) => known.ord && `/v1/orders/${known.ord}/refunds?limit=1`,
  usr: () => "/v1/me",
  ses: () => "/v1/me/sessions?limit=1",
  adr: () => "/v1/me/addresses?limit=1",
  key: () => "/v1/api-keys?limit=1",
  mai: () => "/v1/mails?limit=1",
};

let known = {};
let asked = new Map();

/** Clears the IDs when another user signs in or out. */
export function forget() {
  known = {};
  asked = new Map();
}

/** The response at a URL, loaded once; empty if it is an error. */
function read(address, token) {
  const ask = async () => {
    const headers = token ? { Authorization: `Bearer ${token}` } : {};
    const response = await fetch(address, { headers, credentials: "omit" }).catch(() => null);
    return response?.ok ? response.text() : "";
  };
  if (!asked.has(address)) asked.set(address, ask());
  return asked.get(address);
}

/** The ID of an accessible resource, by the prefix of its kind. */
async function idOf(prefix, token) {
  if (known[prefix]) return known[prefix];
  if (prefix === "ful" || prefix === "ref") await idOf("ord", token);
  const address = FOUND_AT[prefix]?.(known);
  if (!address) return null;
  for (const [id, kind] of (await read(address, token)).matchAll(ID)) {
    // the first ID of the kind is that of the listed resource
    if (kind === prefix) {
      known[prefix] = id;
      break;
    }
  }
  return known[prefix] ?? null;
}

export const prefixOf = (example) => [...String(example ?? "").matchAll(ID)][0]?.[1];

/** The text with accessible IDs, or an ellipsis if there is none, and whether all IDs were replaced. */
export async function withReachable(text, token) {
  const prefixes = [...new Set([...text.matchAll(ID)].map((match) => match[1]))];
  const ids = new Map();
  for (const prefix of prefixes) ids.set(prefix, await idOf(prefix, token));
  const filled = text.replaceAll(ID, (_, prefix) => ids.get(prefix) ?? `${prefix}_…`);
  return { text: filled, complete: prefixes.every((prefix) => ids.get(prefix)) };
}
