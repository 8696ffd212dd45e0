// Progressive enhancement only: every page works without this file.
const $ = (s, r = document) => r.querySelector(s);
const $$ = (s, r = document) => [...r.querySelectorAll(s)];

// what only scripts can do appears, what only their absence needs goes
$$('[data-step]').forEach((b) => { b.hidden = false; });
$$('[data-only-without-script]').forEach((e) => { e.hidden = true; });

document.addEventListener('click', (e) => {
  const b = e.target.closest('[data-step]');
  if (!b) return;
  e.preventDefault();
  const i = $('input', b.closest('.qty'));
  i.value = Math.max(+i.min || 0, Math.min(+i.max || 999, +i.value + +b.dataset.step));
});
// a form that must be sent once looks so; the server keeps the promise
document.addEventListener('submit', (e) => {
  const b = e.submitter?.closest('[data-once]');
  if (b) { if (b.getAttribute('aria-busy') === 'true') e.preventDefault(); b.setAttribute('aria-busy', 'true'); }
});
addEventListener('pageshow', () => $$('[aria-busy]').forEach((b) => b.removeAttribute('aria-busy')));
document.addEventListener('change', (e) => e.target.closest('[data-submit-on-change]')?.requestSubmit());
document.addEventListener('keydown', (e) => {
  if (document.documentElement.dataset.shortcuts === 'off') return;
  if (e.key !== '/' || e.target.matches('input,textarea,select') || e.metaKey || e.ctrlKey || e.altKey) return;
  const search = $('.shop-top input[type=search]');
  if (search) { e.preventDefault(); search.focus(); }
});

// after a failed form the eye and the focus go to what is wrong
$('.banner.bad[tabindex]')?.focus();

const parsed = (html) => {
  const page = new DOMParser().parseFromString(html, 'text/html');
  document.dispatchEvent(new CustomEvent('fetched', { detail: page }));
  return page;
};

// on a phone the account's rooms are a row: the chosen one is in sight
const chosen = $('.side-nav [aria-current]'), rooms = chosen?.closest('.side-nav');
if (rooms) rooms.scrollLeft += chosen.getBoundingClientRect().left - rooms.getBoundingClientRect().left - 24;

// suggestions while somebody types
for (const form of $$('[data-suggest]')) {
  const input = $('input[name=q]', form);
  let box, timer, last = '';
  input.setAttribute('role', 'combobox');
  input.setAttribute('aria-autocomplete', 'list');
  input.setAttribute('aria-expanded', 'false');
  const shut = () => { box?.remove(); box = null; input.setAttribute('aria-expanded', 'false'); input.removeAttribute('aria-controls'); };
  const show = async () => {
    const q = input.value.trim();
    if (q === last) return;
    last = q;
    if (q.length < 2) { shut(); return; }
    const answer = await fetch(`${form.dataset.suggest}?q=${encodeURIComponent(q)}`).catch(() => null);
    if (!answer?.ok || input.value.trim() !== q || !form.contains(document.activeElement)) return;
    const rows = [...parsed(await answer.text()).body.children];
    if (!box) {
      box = Object.assign(document.createElement('div'), { className: 'suggest', id: 'suggestions', role: 'listbox', ariaLabel: input.ariaLabel });
      form.append(box);
      input.setAttribute('aria-controls', box.id);
    }
    rows.forEach((row) => row.setAttribute('role', 'option'));
    box.replaceChildren(...rows);
    input.setAttribute('aria-expanded', 'true');
  };
  input.addEventListener('input', () => { clearTimeout(timer); timer = setTimeout(show, 150); });
  // whoever goes elsewhere leaves nothing open; what is asked for meanwhile is not shown
  form.addEventListener('focusout', (e) => { if (!form.contains(e.relatedTarget)) { clearTimeout(timer); shut(); last = ''; } });
  form.addEventListener('keydown', (e) => {
    const all = [input, ...(box ? $$('a', box) : [])], at = all.indexOf(document.activeElement);
    if (e.key === 'Escape') { shut(); last = ''; input.focus(); }
    if (e.key !== 'ArrowDown' && e.key !== 'ArrowUp') return;
    e.preventDefault();
    all[(at + (e.key === 'ArrowDown' ? 1 : all.length - 1)) % all.length]?.focus();
  });
}

// what is counted is counted again while somebody looks
for (const part of $$('[data-fresh]')) {
  setInterval(async () => {
    if (document.hidden) return;
    const answer = await fetch(part.dataset.fresh).catch(() => null);
    if (!answer?.ok) return;
    const next = parsed(await answer.text()).body.firstElementChild, now = part.firstElementChild;
    if (!next) return;
    const changed = $('strong', next)?.textContent !== $('strong', now)?.textContent;
    if (changed) { next.classList.add('is-fresh'); part.replaceChildren(next); } else { const time = $('time', next); if (time) $('time', now)?.replaceWith(time); }
  }, 15000);
}

// a secret is copied without being shown
for (const b of $$('[data-copy]')) {
  if (!navigator.clipboard) continue;
  b.hidden = false;
  b.addEventListener('click', async () => {
    await navigator.clipboard.writeText(b.dataset.copy).then(() => {
      const words = $('span', b), before = words.textContent;
      words.textContent = b.dataset.copied;
      setTimeout(() => { words.textContent = before; }, 2000);
    }, () => {});
  });
}

// a lamp tells how the API is, also when nobody answers any more
for (const place of $$('[data-state-of]')) {
  const off = () => { const lamp = $('.lamp', place); lamp.dataset.state = 'offline'; lamp.textContent = place.dataset.offline; };
  const ask = async () => {
    if (document.hidden) return;
    const answer = await fetch(place.dataset.stateOf, { signal: AbortSignal.timeout(8000) }).catch(() => null);
    if (answer?.redirected) return;
    const next = answer?.ok && parsed(await answer.text()).body.firstElementChild, now = $('.lamp', place);
    if (!next) return off();
    // what stays as it is is not said again
    if (next.dataset.state !== now.dataset.state) { now.dataset.state = next.dataset.state; now.textContent = next.textContent; }
  };
  setInterval(ask, 10000);
  addEventListener('offline', off);
  addEventListener('online', ask);
}

// an order's page follows the order
const followed = $('[data-follow]');
if (followed) {
  const lamp = $('[data-lamp]', followed);
  const say = (live) => { lamp.hidden = false; lamp.dataset.state = live ? 'connected' : 'offline'; lamp.textContent = live ? lamp.dataset.live : lamp.dataset.off; };
  let timer;
  const look = async () => {
    const answer = await fetch(location.href).catch(() => null);
    if (!answer?.ok || answer.redirected) return;
    const page = parsed(await answer.text());
    for (const part of $$('[data-part]', followed)) {
      const next = $(`[data-part="${part.dataset.part}"]`, page);
      // a form that somebody fills in stays as it is, and its token is another one each time
      const same = (e) => e.innerHTML.replace(/value="[^"]*"/g, '');
      if (next && same(next) !== same(part) && !part.contains(document.activeElement)) part.replaceChildren(...next.childNodes);
    }
    document.title = page.title;
  };
  const soon = () => { clearTimeout(timer); timer = setTimeout(look, 120); };
  const source = new EventSource(followed.dataset.follow);
  source.addEventListener('open', () => { say(true); soon(); });
  source.addEventListener('error', () => say(false));
  followed.dataset.events.split(' ').forEach((name) => source.addEventListener(name, soon));
  addEventListener('pagehide', () => source.close());
}
