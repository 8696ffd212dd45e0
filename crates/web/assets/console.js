// The console works without this file. With it: keys that move through lists, menus that close, a lamp that looks again.
const all = (selector) => [...document.querySelectorAll(selector)];
const typing = (target) => target.matches('input:not([type=checkbox], [type=radio]), textarea, select') || target.isContentEditable;
const isElsewhere = (event) => event.ctrlKey || event.metaKey || event.shiftKey;
// whoever is in a menu that shuts is where it was opened
const shut = (menu) => {
  if (menu.contains(document.activeElement)) menu.querySelector('summary').focus();
  menu.open = false;
};
const shutAll = () => all('details.menu[open]').forEach(shut);

// what the keys do; without this file the link leads to a page that says it
const keys = document.querySelector('[data-keys]');
const showKeys = () => { if (keys && !keys.open) keys.showModal(); };

// whether somebody has entered something that was not sent
const isChanged = (field) => {
  if (field.matches('[type=radio], [type=checkbox]')) return field.checked !== field.defaultChecked;
  if (field.localName !== 'select') return field.value !== field.defaultValue;
  return field.selectedIndex !== Math.max(0, [...field.options].findIndex((one) => one.defaultSelected));
};
// (what was refused stands in its form as if the page had it)
const isBegun = () => document.querySelector('.c-main .banner[tabindex]') !== null
  || all('.c-main :is(input:not([type=hidden]), select, textarea)').some(isChanged);

// a browser would save the page
const save = document.querySelector('[data-saves]');
const saves = (event) => save && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey
  && event.key.toLowerCase() === 's' && (!event.target.form || event.target.form === save.form);
all('[data-saves-key]').forEach((hint) => { hint.hidden = false; });

document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') shutAll();
  if (document.documentElement.dataset.shortcuts === 'off') return;
  if (saves(event) && !keys?.open) { event.preventDefault(); save.click(); return; }
  if (keys?.open || typing(event.target) || event.metaKey || event.ctrlKey || event.altKey) return;
  if (event.key === '?') { event.preventDefault(); showKeys(); }
  if (event.key === '/') {
    event.preventDefault();
    const search = (place) => all(`${place} input[type=search]`).find((field) => field.checkVisibility());
    (search('.filters') ?? search('.c-top'))?.focus();
  }
  const row = document.activeElement.closest('.table-fold tbody tr');
  if (event.key === 'x') row?.querySelector('.box')?.click();
  if (event.key !== 'j' && event.key !== 'k') return;
  const way = document.querySelector(`[data-beside] [data-way="${event.key}"]`);
  if (way && !way.hidden && !isBegun()) { way.click(); return; }
  const rows = all('.table-fold tbody .lead');
  const at = document.activeElement.matches('.box') ? row?.querySelector('.lead') : document.activeElement;
  const next = rows.indexOf(at) + (event.key === 'j' ? 1 : -1);
  rows[Math.max(0, Math.min(rows.length - 1, next))]?.focus();
});

// how many are picked in a list the bar above it says; that it is there as soon as one is, the stylesheet sees to
const picked = document.querySelector('.selbar [data-many]');
if (picked) {
  const plain = picked.textContent;
  const whole = document.querySelector('[data-all]');
  const boxes = all('tbody .box');
  const tell = () => {
    const count = boxes.filter((box) => box.checked).length;
    const { none, one, many } = picked.dataset;
    const words = [none, one][count] ?? many.replace('{n}', count);
    picked.textContent = count ? words : plain;
    whole.checked = count === boxes.length;
    whole.indeterminate = count > 0 && !whole.checked;
    return words;
  };
  whole.hidden = false;
  document.addEventListener('change', ({ target }) => {
    if (!target.matches('.box')) return;
    if (target === whole) boxes.forEach((box) => { box.checked = whole.checked; });
    document.querySelector('[data-told]').textContent = tell();
  });
  // what a browser puts back into boxes it says to nobody
  addEventListener('pageshow', tell);
  tell();
}

// from one page that a list leads to the ways go on to those before and after it; of the list that was seen last it is known in
// this tab alone, where a browser keeps anything
const LISTED = 'listed';
const goOn = () => {
  const beside = document.querySelector('[data-beside]');
  const listed = JSON.parse(sessionStorage.getItem(LISTED) ?? '[]');
  const at = beside ? listed.indexOf(location.pathname) : -1;
  if (at < 0) return;
  beside.querySelectorAll('[data-way]').forEach((way) => {
    const place = listed[at + (way.dataset.way === 'j' ? 1 : -1)];
    way.hidden = !place;
    if (place) way.href = place;
  });
  beside.hidden = listed.length < 2;
};
try {
  const rows = all('.table-fold tbody .lead[href]').map((row) => row.pathname);
  // a list of what waits names an order as often as it waits for something
  if (rows.length && !document.querySelector('[data-beside]')) sessionStorage.setItem(LISTED, JSON.stringify([...new Set(rows)]));
  goOn();
} catch { /* it is a shorter way, no more */ }

document.addEventListener('click', (event) => {
  if (keys && !isElsewhere(event) && event.target.closest('[data-asks-keys]')) {
    event.preventDefault();
    shutAll();
    showKeys();
  }
  all('details.menu[open]').forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
  // the way back from a question closes it; without this file it leads to the page as it was
  const asked = isElsewhere(event) ? null : event.target.closest('[data-closes]')?.closest('details');
  if (!asked) return;
  event.preventDefault();
  asked.open = false;
  asked.querySelector('summary').focus();
});

// a form is sent once: what is pressed again while it is under way is not sent again; whoever has stopped it may press again soon
const free = (form) => {
  delete form.dataset.sent;
  form.querySelectorAll('[aria-busy]').forEach((button) => button.removeAttribute('aria-busy'));
};
document.addEventListener('submit', (event) => {
  const form = event.target;
  // (as an attribute: a form is not asked for its own things by names that its fields may have)
  if (form.getAttribute('method') !== 'post' || event.submitter?.getAttribute('formmethod')) return;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = 'yes';
  event.submitter?.setAttribute('aria-busy', 'true');
  setTimeout(free, 8000, form);
});
addEventListener('pageshow', () => all('form[data-sent]').forEach(free));

// how many are chosen in a form its button says, as long as each field has a number
const isOf = (button) => (field) => field.name.startsWith(button.dataset.counts);
const count = (button) => {
  const words = button.querySelector('span');
  const pieces = [...button.form.elements].filter(isOf(button)).reduce((sum, field) => sum + (/^\s*\d*\s*$/.test(field.value) ? Number(field.value) : NaN), 0);
  button.dataset.plain ??= words.textContent;
  words.textContent = pieces > 0 ? button.dataset.counted.replace('{n}', pieces) : button.dataset.plain;
};
const COUNTS = 'button[data-counts]';
for (const kind of ['input', 'change']) {
  document.addEventListener(kind, ({ target }) => target.form?.querySelectorAll(COUNTS).forEach(count));
}
const scripted = (page) => {
  page.querySelectorAll('[data-step]').forEach((step) => { step.hidden = false; });
  page.querySelectorAll(COUNTS).forEach(count);
};
scripted(document);
// what a browser puts back into fields it says to nobody
addEventListener('pageshow', () => scripted(document));

// what money goes back the button says, as long as the field has the amount that it was given
all('button[data-names]').forEach((button) => {
  const field = button.form.elements[button.dataset.names];
  const plain = button.textContent;
  const name = () => { button.textContent = field.value === field.defaultValue ? button.dataset.named : plain; };
  field.addEventListener('input', name);
  addEventListener('pageshow', name);
  name();
});

const parsed = (html) => {
  const page = new DOMParser().parseFromString(html, 'text/html');
  scripted(page);
  return page;
};

// how the API is, also when nobody answers any more; what stays as it is is not said again
const place = document.querySelector('[data-state-of]');
if (place) {
  const show = (state, words) => {
    const lamp = place.querySelector('.lamp');
    if (lamp.dataset.state === state) return;
    lamp.dataset.state = state;
    lamp.firstElementChild.textContent = words;
  };
  const off = () => show('offline', place.dataset.offline);
  const ask = async () => {
    if (document.hidden) return;
    const answer = await fetch(place.dataset.stateOf, { signal: AbortSignal.timeout(8000) }).catch(() => null);
    if (answer?.redirected) return;
    const html = answer?.ok ? await answer.text().catch(() => null) : null;
    const next = html && parsed(html).querySelector('.lamp');
    if (next) show(next.dataset.state, next.textContent); else off();
  };
  setInterval(ask, 10000);
  // what is old is being asked already
  if ('stale' in place.dataset) setTimeout(ask, 500);
  addEventListener('offline', off);
  addEventListener('online', ask);
}

// after a form that was refused the eye and the focus go to what is wrong
document.querySelector('.banner[tabindex]')?.focus();

// what changes by itself is asked for again, as long as somebody looks; what somebody is about to press stays
const same = (part) => part.innerHTML.replace(/value="[^"]*"/g, '');
const live = all('[data-live]');
// what nobody answers for any more is shown as that: the last that was known
const frozen = (is) => {
  live.forEach((part) => part.toggleAttribute('data-frozen', is));
  document.querySelector('[data-not-live]')?.toggleAttribute('hidden', !is);
};
// what somebody has opened, by what it is of: what is new comes before it
const opened = (part) => [...part.querySelectorAll('details')].map((one) => {
  const of = one.closest('[data-is]') ?? part;
  return [one, `${of.dataset.is} ${[...of.querySelectorAll('details')].indexOf(one)}`];
});
// one is asked for after the other: what is older is never taken for what is now
let isOut = false;
if (live.length) setInterval(async () => {
  if (document.hidden || isOut) return;
  isOut = true;
  try {
    const answer = await fetch(location.pathname, { signal: AbortSignal.timeout(8000) });
    frozen(!answer.ok || answer.redirected);
    if (!answer.ok || answer.redirected) return;
    const page = parsed(await answer.text());
    live.forEach((part) => {
      const fresh = page.querySelector(`[data-live="${part.dataset.live}"]`);
      // a list whose rows are pressed stays as it is under the pointer
      const isHeld = part.contains(document.activeElement) || ('still' in part.dataset && part.matches(':hover'));
      if (!fresh || isHeld || same(fresh) === same(part)) return;
      const were = new Map(opened(part).map(([one, is]) => [is, one.open]));
      part.replaceChildren(...fresh.childNodes);
      opened(part).forEach(([one, is]) => { one.open = were.get(is) ?? one.open; });
      // what asks for somebody shows that it has changed, and is said to whoever does not see it; figures change all the time
      if (!part.dataset.says) return;
      part.classList.remove('is-fresh');
      void part.offsetWidth;
      part.classList.add('is-fresh');
      document.querySelector('[data-told]').textContent = `${part.dataset.says}: ${part.innerText}`;
    });
  } catch { frozen(true); } finally { isOut = false; }
}, 5000);

// a list of orders says how many came since; nothing in it moves before somebody asks for them
const news = document.querySelector('[data-news]');
let isAsked = false;
if (news) setInterval(async () => {
  if (document.hidden || isAsked) return;
  isAsked = true;
  try {
    const answer = await fetch(news.dataset.news, { signal: AbortSignal.timeout(8000) });
    if (!answer.ok || answer.redirected) return;
    const fresh = parsed(await answer.text()).body;
    if (fresh.textContent !== news.textContent) news.replaceChildren(...fresh.childNodes);
  } catch { /* it is asked again */ } finally { isAsked = false; }
}, 5000);

// an order's page says that the order is another one meanwhile: what is typed stays until somebody loads it again
const watched = document.querySelector('[data-watch]');
if (watched) {
  let source = null;
  const main = document.querySelector('.c-main');
  const done = main.querySelector(':scope > .banner.good, :scope > [data-passes]');
  const FOLLOWS_MS = 15000;
  const isInUse = () => main.contains(document.activeElement) || main.querySelector('details[open]') || isBegun();
  // what follows one's own deed within moments is no news: the page takes it up, unless somebody has begun something on it
  const mayFollow = () => done && performance.now() < FOLLOWS_MS && !isInUse();
  const takeUp = (page) => {
    const fresh = page.querySelector('[data-watch]');
    watched.dataset.version = fresh.dataset.version;
    fresh.replaceWith(watched);
    if (!done.hasAttribute('data-passes')) page.querySelector('.c-main > .c-head ~ .c-head')?.after(done);
    main.replaceChildren(...page.querySelector('.c-main').childNodes);
    try { goOn(); } catch { /* as above */ }
  };
  const say = (version, page) => {
    // what this page sends itself is no news
    if (!watched.hidden || !(version > Number(watched.dataset.version)) || document.querySelector('form[data-sent]')) return;
    if (page && mayFollow()) { takeUp(page); return; }
    watched.hidden = false;
    document.querySelector('[data-told]').textContent = watched.innerText;
  };
  // what happened before the stream began, or while it was cut off, or by what was done here; else it is another one at least
  const ask = async (version) => {
    const answer = await fetch(watched.querySelector('a').href).catch(() => null);
    // a response that has begun is cut off when the user stops the page
    const html = answer?.ok && !answer.redirected ? await answer.text().catch(() => null) : null;
    const page = html && parsed(html);
    const fresh = page?.querySelector('[data-watch]');
    if (fresh) say(Number(fresh.dataset.version), page); else say(version);
  };
  const follow = () => {
    // a browser has few connections to one host: pages that nobody sees take none
    if (document.hidden || !watched.hidden) { source?.close(); source = null; return; }
    if (source) return;
    source = new EventSource(watched.dataset.watch);
    // a browser tries again by itself only where nobody answered
    source.addEventListener('error', ({ target }) => {
      if (target.readyState !== EventSource.CLOSED || target !== source) return;
      source = null;
      setTimeout(follow, 15000);
    });
    source.addEventListener('open', () => ask());
    watched.dataset.events.split(' ').forEach((name) => source.addEventListener(name, async (event) => {
      const version = Number(JSON.parse(event.data).sequence);
      if (mayFollow()) await ask(version); else say(version);
      follow();
    }));
  };
  document.addEventListener('visibilitychange', follow);
  addEventListener('pageshow', follow);
  addEventListener('pagehide', () => { source?.close(); source = null; });
}
