// Makes the first administrator with the token behind the # of the address, which browsers send to nobody.
"use strict";

const byId = (id) => document.getElementById(id);
const tell = (text) => { byId("told").textContent = text; };

const OVER = "This shop has an administrator already.";
const NO_TOKEN = "The link is not complete. Open it as the shop printed it at its start, with all that follows the #.";

async function submit(event) {
  event.preventDefault();
  const password = byId("password").value;
  if (password !== byId("again").value) {
    tell("The two passwords differ.");
    return;
  }
  byId("button").disabled = true;
  const done = await make(byId("email").value, password);
  byId("button").disabled = done;
}

// Whether there is nothing more to do.
async function make(email, password) {
  const asked = { setup_token: location.hash.slice(1), email, password };
  let answer, said;
  try {
    answer = await fetch("/v1/setup", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(asked),
    });
    said = await answer.json();
  } catch {
    tell("The shop does not answer. Try again.");
    return false;
  }
  if (answer.ok) {
    byId("form").hidden = true;
    history.replaceState(null, "", location.pathname);
    tell("Done. Sign in as " + email + ".");
    return true;
  }
  if (answer.status === 410) {
    byId("form").hidden = true;
    tell(OVER);
    return true;
  }
  const faults = (said.errors || []).map((fault) => fault.detail);
  tell([said.title, said.detail, ...faults].filter(Boolean).join(" "));
  return false;
}

byId("form").addEventListener("submit", submit);
if (location.hash.length < 2) {
  tell(NO_TOKEN);
}
