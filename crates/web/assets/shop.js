// Progressive enhancement only: every page works without this file.
const $ = (s, r = document) => r.querySelector(s);
const $$ = (s, r = document) => [...r.querySelectorAll(s)];

// what only scripts can do appears, what only their absence needs goes
const scripted = (root) => {
  $$('[data-step]', root).forEach((b) => { b.hidden = false; });
  $$('[data-only-without-script]', root).forEach((e) => { e.hidden = true; });
};
scripted(document);

// what has come by itself shows that it has, for a moment
const fresh = (part) => { part.classList.remove('is-fresh'); void part.offsetWidth; part.classList.add('is-fresh'); };
// and is said to whoever does not see it
const tell = (words) => { $('[data-told]').textContent = words; };

// a form that must be sent once looks so; the server keeps the promise, and whoever has stopped it may press again soon
const free = (b) => b.removeAttribute('aria-busy');
document.addEventListener('submit', (e) => {
  const b = e.submitter?.closest('[data-once]');
  if (!b) return;
  if (b.getAttribute('aria-busy') === 'true') { e.preventDefault(); return; }
  b.setAttribute('aria-busy', 'true');
  setTimeout(free, 8000, b);
});
addEventListener('pageshow', () => $$('[aria-busy]').forEach(free));

// what is chosen counts at once; but whoever walks through it by keys says when they have chosen, by the form's button
let byKeys = null;
document.addEventListener('keydown', (e) => { byKeys = e.target; }, true);
document.addEventListener('pointerdown', () => { byKeys = null; }, true);
document.addEventListener('change', (e) => {
  if (!e.target.closest('[data-submit-on-change]')) return;
  const form = e.target.form;
  if (byKeys === e.target) $$('[data-only-without-script]', form).forEach((b) => { b.hidden = false; });
  else form.requestSubmit();
});
// a page that comes back says what it shows
addEventListener('pageshow', () => $$('[data-submit-on-change]').forEach((one) => (one.form ?? one).reset()));

// after a failed form the eye and the focus go to what is wrong
$('.banner.bad[tabindex]')?.focus();

const parsed = (html) => {
  const page = new DOMParser().parseFromString(html, 'text/html');
  scripted(page);
  return page;
};

// another picture of a product comes without its page being left: what is typed in it stays
let asked = 0;
document.addEventListener('click', async (e) => {
  const shown = $('[data-part="pictures"]'), way = shown && e.target.closest('[data-part="pictures"] a');
  if (!way || e.button || e.metaKey || e.ctrlKey || e.shiftKey || e.altKey) return;
  e.preventDefault();
  const nth = ++asked;
  let next;
  try {
    const answer = await fetch(way.href, { signal: AbortSignal.timeout(8000) });
    next = $('[data-part="pictures"]', parsed(await answer.text()));
  } catch { /* nobody answers: the browser says so */ }
  if (nth !== asked) return;
  if (!next) { location.assign(way.href); return; }
  // whoever has gone on meanwhile stays where they are
  const isHere = shown.contains(document.activeElement) || document.activeElement === document.body;
  shown.replaceChildren(...next.childNodes);
  history.replaceState(history.state, '', way.href);
  if (isHere) $('a[aria-current]', shown)?.focus({ preventScroll: true });
});

// suggestions while somebody types
for (const form of $$('[data-suggest]')) {
  const input = $('input[name=q]', form);
  // what is asked for has a number: only the last counts, unless somebody has gone on meanwhile
  let box, timer, last = '', asked = 0, isMissed = false;
  input.setAttribute('role', 'combobox');
  input.setAttribute('aria-autocomplete', 'list');
  input.setAttribute('aria-expanded', 'false');
  const shut = () => {
    // a list that goes with the focus in it asks for this once more
    const old = box;
    box = null;
    input.setAttribute('aria-expanded', 'false');
    input.removeAttribute('aria-controls');
    old?.remove();
  };
  const stop = () => { clearTimeout(timer); asked += 1; isMissed = false; };
  const show = async () => {
    const q = input.value.trim();
    if (q === last) return;
    last = q;
    const mine = ++asked;
    if (q.length < 2) { shut(); return; }
    const html = await fetch(`${form.dataset.suggest}?q=${encodeURIComponent(q)}`).then((answer) => (answer.ok ? answer.text() : null)).catch(() => null);
    if (mine !== asked || input.value.trim() !== q) return;
    // a list of other words is none of these; and the same may be asked once more
    if (html === null) { last = ''; shut(); return; }
    // whoever is in the list by now is not thrown out of it
    if (document.activeElement !== input) { last = ''; isMissed = true; return; }
    const rows = [...parsed(html).body.children];
    if (!box) {
      box = Object.assign(document.createElement('div'), { className: 'suggest', id: 'suggestions', role: 'listbox', ariaLabel: input.ariaLabel });
      // a field that loses the focus to a link that is pressed would shut the list before it is
      box.addEventListener('mousedown', (e) => e.preventDefault());
      form.append(box);
      input.setAttribute('aria-controls', box.id);
    }
    rows.forEach((row) => row.setAttribute('role', 'option'));
    box.replaceChildren(...rows);
    input.setAttribute('aria-expanded', 'true');
  };
  input.addEventListener('input', () => { clearTimeout(timer); timer = setTimeout(show, 150); });
  input.addEventListener('focus', () => { if (isMissed) { isMissed = false; show(); } });
  // whoever goes elsewhere leaves nothing open; what is asked for meanwhile is not shown
  form.addEventListener('focusout', (e) => { if (!form.contains(e.relatedTarget)) { stop(); shut(); last = ''; } });
  form.addEventListener('keydown', (e) => {
    const all = [input, ...(box ? $$('a', box) : [])], at = all.indexOf(document.activeElement);
    // what was typed stays, which a browser would empty
    if (e.key === 'Escape' && box) { e.preventDefault(); stop(); input.focus(); shut(); last = input.value.trim(); }
    if (e.key !== 'ArrowDown' && e.key !== 'ArrowUp') return;
    e.preventDefault();
    all[(at + (e.key === 'ArrowDown' ? 1 : all.length - 1)) % all.length]?.focus();
  });
}

// what is changed in the basket is sent at once, and its part of the page comes back; what was typed meanwhile stays
const changing = $('[data-part="basket"]');
if (changing) {
  // what was sent and has no answer yet; what was pressed since, one after the other; whether it goes to checkout then
  let timer, out = null, waits = [], goesOn = false;
  // what earlier ones asked for that had no answer; so often it is sent once more after there was no network
  let unknown = [], patience = 0;
  const PATIENCE = 5, ONCE_MORE_MS = 5000;
  // the fields that somebody has changed since they were sent: what is still being typed is not meant yet
  const changed = new Set();
  const meant = (f) => (f === document.activeElement && !changed.has(f.name) ? f.defaultValue : f.value);
  const fields = () => $$('.qty input', changing);
  const sum = () => $('[data-says]', changing);
  const filled = (form) => {
    const body = new URLSearchParams(new FormData(form));
    fields().forEach((f) => body.set(f.name, meant(f)));
    return body;
  };
  // what waits, as its field would say it: a button names the product, and the pieces that are left of it; those are left over
  // whose product is sold no more, and has no field
  const write = (form) => waits.splice(0).filter(({ value }) => {
    const [id, pieces = 0] = value.split(' '), field = form.elements[`q-${id}`];
    if (field) field.value = pieces;
    return !field;
  });
  const hidden = (name, value) => Object.assign(document.createElement('input'), { type: 'hidden', name, value });
  // nobody knows whether what was sent has arrived: a line may be as the page has it, or as it was sent
  const was = (sent) => [...unknown, ...fields().map((f) => [f.name.replace('q-', 'was-'), sent.get(f.name)])];
  // what is wrong is said as without this script; with more in it than was sent it is another form
  const plainly = (form, pressed, sent) => {
    if (waits.length || changed.size) form.elements.once?.remove();
    const rest = write(form);
    changed.clear();
    // the button to checkout stands beside the form
    const on = goesOn ? form.elements.to : null;
    goesOn = false;
    const added = Object.assign(document.createElement('div'), { hidden: true });
    added.append(...was(sent).map((one) => hidden(...one)), ...[pressed, on, ...rest].filter(Boolean).map((one) => hidden(one.name, one.value)));
    form.append(added);
    form.submit();
    // whoever stops that has the form as it was
    added.remove();
  };
  const isTwin = (e, at) => ['localName', 'className', 'name', 'href'].every((of) => e[of] === at[of]) && (e.matches('input') || e.value === at.value);
  // what is new comes around what has the focus, which stays where it is with all that is selected or half typed in it
  const around = (at, twin, old, next) => {
    if (old === at) return;
    const way = [...old.childNodes].find((one) => one.contains(at));
    const all = [...next.childNodes], n = all.findIndex((one) => one.contains(twin));
    // (a form that has a button called remove has no function of that name any more)
    [...old.childNodes].forEach((one) => { if (one !== way) old.removeChild(one); });
    way.before(...all.slice(0, n));
    way.after(...all.slice(n + 1));
    around(at, twin, way, all[n]);
  };
  const replace = (part) => {
    const at = document.activeElement, hadFocus = changing.contains(at);
    const twin = hadFocus && $$('a, button, input, h1', part).find((e) => isTwin(e, at));
    if (!twin) changing.replaceChildren(...part.childNodes);
    if (!hadFocus) return;
    if (twin) {
      around(at, twin, changing, part);
      for (const name of ['value', 'aria-invalid', 'aria-describedby']) {
        const is = twin.getAttribute(name);
        if (is === null) at.removeAttribute(name); else if (is !== at.getAttribute(name)) at.setAttribute(name, is);
      }
    } else Object.assign($('h1', changing), { tabIndex: -1 }).focus();
  };
  const show = (page, part, sent) => {
    const before = sum()?.dataset.says, typed = new Map(fields().filter((f) => sent.get(f.name) !== f.value).map((f) => [f.name, f.value]));
    const known = $('[data-stops]', changing), stops = $('[data-stops]', part);
    replace(part);
    // what was not taken over is said until the page is another one
    if (known && !stops) $('h1', changing).after(known);
    fields().forEach((f) => { const is = typed.get(f.name) ?? f.defaultValue; if (f.value !== is) f.value = is; });
    $('[data-part="count"]').replaceChildren(...$('[data-part="count"]', page).childNodes);
    const now = sum(), says = now?.dataset.says ?? $('h2', changing).textContent;
    if (says !== before) { tell(says); if (now) fresh(now); }
    if (stops) tell($('[data-stops]', changing).innerText);
    return !stops;
  };
  const send = async (pressed) => {
    clearTimeout(timer);
    // one after the other: each answer has the number of the next form
    if (out) {
      if (pressed?.name === 'to') { goesOn = true; pressed.setAttribute('aria-busy', 'true'); } else if (pressed) waits.push(pressed);
      return;
    }
    const form = $('form', changing);
    if (!form) return;
    const body = filled(form), sent = new Map(body);
    if (pressed) body.set(pressed.name, pressed.value);
    if (unknown.length) { body.delete('once'); unknown.forEach((one) => body.append(...one)); }
    out = sent;
    changing.dataset.waits = '';
    changed.clear();
    let answer, page;
    try {
      answer = await fetch(form.action, { method: 'POST', body, keepalive: true, signal: AbortSignal.timeout(8000) });
      page = parsed(await answer.text());
    } catch { /* nobody answers, or not to the end */ } finally { out = null; }
    const part = page && $('[data-part="basket"]', page);
    // whoever has to sign in first is asked about what was sent; what was pressed since is not kept
    if (page && !part && new URL(answer.url).pathname === '/sign-in') { changed.clear(); waits = []; location.assign(answer.url); return; }
    // a network that has just come may not lead anywhere yet
    if (!page && (!navigator.onLine || patience-- > 0)) { later(pressed, sent); return; }
    if (!part) { plainly(form, pressed, sent); return; }
    unknown = [];
    patience = 0;
    delete changing.dataset.waits;
    // whoever is told that something was not taken over decides anew
    if (!show(page, part, sent)) goesOn = false;
    const on = $('[name=to]', changing);
    if (waits.length) send(waits.shift());
    else if (goesOn) { goesOn = false; if (on) on.form.requestSubmit(on); }
    else if (changed.size) soon();
  };
  // nobody is reached: until then all that is pressed waits, as with any answer that is late
  const later = (pressed, sent) => {
    const told = $('[data-offline]', changing);
    if (!navigator.onLine) patience = PATIENCE;
    if (told.hidden) { told.hidden = false; tell(told.innerText); }
    unknown = [...new Map(was(sent).map((one) => [one.join(), one])).values()];
    out = sent;
    const again = () => {
      clearTimeout(wait);
      removeEventListener('online', again);
      out = null;
      send(pressed);
    };
    const wait = setTimeout(again, ONCE_MORE_MS);
    addEventListener('online', again);
  };
  const soon = () => { clearTimeout(timer); timer = setTimeout(send, 350); changing.dataset.waits = ''; };
  changing.addEventListener('change', (e) => { if (e.target.closest('.qty')) { changed.add(e.target.name); soon(); } });
  changing.addEventListener('submit', (e) => {
    clearTimeout(timer);
    const pressed = e.submitter?.name ? e.submitter : null;
    if (pressed?.name === 'to' && !out && navigator.onLine) { changed.clear(); return; }
    e.preventDefault();
    if (!pressed && document.activeElement.matches('.qty input')) changed.add(document.activeElement.name);
    send(pressed);
  });
  // whoever leaves at once takes along what was changed, and what nobody has answered; what else is out has come before
  addEventListener('pagehide', () => {
    const form = $('form', changing);
    if (!form || !(changed.size || waits.length || unknown.length)) return;
    const rest = write(form), body = filled(form);
    rest.forEach(({ name, value }) => body.append(name, value));
    if (out) { body.delete('once'); was(out).forEach((one) => body.append(...one)); }
    fetch(form.action, { method: 'POST', body, redirect: 'manual', keepalive: true }).catch(() => {});
  });
  // a page that comes back out of the browser's memory does not know what it has sent
  addEventListener('pageshow', (e) => { if (e.persisted) location.replace('/basket'); });
}

// what is counted is counted again while somebody looks
for (const part of $$('[data-fresh]')) {
  // one is asked for after the other: what is older is never taken for what is now
  let isOut = false;
  setInterval(async () => {
    if (document.hidden || isOut) return;
    isOut = true;
    try {
      const answer = await fetch(part.dataset.fresh, { signal: AbortSignal.timeout(8000) });
      const next = answer.ok && parsed(await answer.text()).body.firstElementChild, now = part.firstElementChild;
      if (!next) return;
      const says = $('strong', next)?.textContent, time = $('time', next);
      if (says === $('strong', now)?.textContent) { if (time) $('time', now)?.replaceWith(time); return; }
      next.classList.add('is-fresh');
      part.replaceChildren(next);
      part.nextElementSibling.textContent = says;
    } catch { /* it stays as it was counted last */ } finally { isOut = false; }
  }, 15000);
}

// a secret is copied without being shown
// (where the connection is not secure a browser has no clipboard but that of old)
const copyAsOfOld = (text) => {
  const field = document.createElement('textarea');
  field.value = text;
  field.className = 'sr';
  document.body.append(field);
  field.select();
  const isDone = document.execCommand('copy');
  field.remove();
  return isDone;
};
for (const b of $$('[data-copy]')) {
  b.hidden = false;
  const words = $('span', b), before = words.textContent;
  let back = 0;
  b.addEventListener('click', async () => {
    const text = b.dataset.copy;
    const isDone = navigator.clipboard
      ? await navigator.clipboard.writeText(text).then(() => true, () => copyAsOfOld(text))
      : copyAsOfOld(text);
    b.focus();
    clearTimeout(back);
    words.textContent = isDone ? b.dataset.copied : b.dataset.failed;
    back = setTimeout(() => { words.textContent = before; }, 2000);
  });
}

// a lamp tells how the API is, also when nobody answers any more
for (const place of $$('[data-state-of]')) {
  const off = () => { const lamp = $('.lamp', place); lamp.dataset.state = 'offline'; lamp.textContent = place.dataset.offline; };
  const ask = async () => {
    if (document.hidden) return;
    const answer = await fetch(place.dataset.stateOf, { signal: AbortSignal.timeout(8000) }).catch(() => null);
    if (answer?.redirected) return;
    const html = answer?.ok ? await answer.text().catch(() => null) : null;
    const next = html && parsed(html).body.firstElementChild, now = $('.lamp', place);
    if (!next) return off();
    // what stays as it is is not said again
    if (next.dataset.state !== now.dataset.state) { now.dataset.state = next.dataset.state; now.textContent = next.textContent; }
  };
  setInterval(ask, 10000);
  addEventListener('offline', off);
  addEventListener('online', ask);
}

// what stands behind the # of the link that sets a shop up is sent to nobody before the form is
const code = $('[data-from-hash] input');
if (code) {
  const take = () => {
    if (location.hash.length > 20) {
      code.value = location.hash.slice(1);
      history.replaceState(null, '', location.pathname);
    }
    code.closest('[data-from-hash]').hidden = code.value !== '' && code.ariaInvalid !== 'true';
  };
  addEventListener('hashchange', take);
  take();
}

// an order's page follows the order
const followed = $('[data-follow]');
if (followed) {
  const lamp = $('[data-lamp]', followed);
  // what stays as it is is not said again
  const say = (live) => {
    const state = live ? 'connected' : 'offline';
    if (!lamp.hidden && lamp.dataset.state === state) return;
    lamp.hidden = false;
    lamp.dataset.state = state;
    lamp.textContent = live ? lamp.dataset.live : lamp.dataset.off;
  };
  // what is looked at has a number: an older answer says nothing any more; what somebody has begun is looked at once they let go
  let timer, source, looks = 0, isBehind = false;
  const headline = () => $('h1', followed).textContent;
  const isChanged = (f) => {
    if (f.matches('[type=radio], [type=checkbox]')) return f.checked !== f.defaultChecked;
    if (f.localName !== 'select') return f.value !== f.defaultValue;
    return f.selectedIndex !== Math.max(0, [...f.options].findIndex((one) => one.defaultSelected));
  };
  // where the page itself has put the focus nobody has begun anything
  const isFocused = (part) => part.contains(document.activeElement) && !document.activeElement.autofocus;
  const isBegun = (part) => isFocused(part) || $('.asked[open]', part) !== null
    || $$('input:not([type=hidden]), select, textarea', part).some(isChanged);
  const look = async () => {
    const before = headline(), mine = ++looks;
    const html = await fetch(location.href, { signal: AbortSignal.timeout(8000) })
      .then((answer) => (answer.ok && !answer.redirected ? answer.text() : null)).catch(() => null);
    if (mine !== looks) return;
    // a stream that nobody cuts off may be silent for ever
    if (html === null) say(false); else if (source?.readyState === EventSource.OPEN) say(true);
    again();
    if (html === null) return;
    const page = parsed(html);
    isBehind = false;
    for (const part of $$('[data-part]', followed)) {
      const next = $(`[data-part="${part.dataset.part}"]`, page);
      // a form that somebody fills in stays as it is, and its token is another one each time
      const same = (e) => e.innerHTML.replace(/value="[^"]*"/g, '');
      if (!next || same(next) === same(part)) continue;
      if (isBegun(part)) { isBehind = true; continue; }
      const hadFocus = part.contains(document.activeElement);
      part.replaceChildren(...next.childNodes);
      if (hadFocus) $('[autofocus]', part)?.focus({ preventScroll: true });
      fresh(part);
    }
    document.title = page.title;
    if (headline() !== before) tell(headline());
  };
  const soon = () => { clearTimeout(timer); timer = setTimeout(look, 120); };
  // where nothing is heard for so long, it is asked whether anybody is there
  const QUIET_MS = 30000;
  let quiet;
  const again = () => { clearTimeout(quiet); quiet = setTimeout(() => { if (!document.hidden) look(); }, QUIET_MS); };
  addEventListener('offline', () => say(false));
  addEventListener('online', soon);
  for (const over of ['focusout', 'toggle']) followed.addEventListener(over, () => { if (isBehind) soon(); }, true);
  const AGAIN_MS = 15000;
  const letGo = () => { source?.close(); source = null; };
  const follow = () => {
    // a browser has few connections to one host: pages that nobody sees take none
    if (document.hidden) { letGo(); return; }
    if (source) return;
    source = new EventSource(followed.dataset.follow);
    // it may be one to nobody
    soon();
    source.addEventListener('open', () => { say(true); soon(); });
    // a browser tries again by itself only where nobody answered
    source.addEventListener('error', ({ target }) => {
      if (target !== source) return;
      say(false);
      if (target.readyState === EventSource.CLOSED) { source = null; setTimeout(follow, AGAIN_MS); }
    });
    followed.dataset.events.split(' ').forEach((name) => source.addEventListener(name, soon));
  };
  follow();
  document.addEventListener('visibilitychange', follow);
  addEventListener('pagehide', letGo);
  addEventListener('pageshow', follow);
}
