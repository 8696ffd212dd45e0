// Another look, or keys on and off, without leaving the page: what was typed stays. Without this file the form does it.
const root = document.documentElement;
const set = (name, value, usual) => { if (value === usual) delete root.dataset[name]; else root.dataset[name] = value; };
const switches = { theme: (value) => set('theme', value, 'system'), keys: (value) => set('shortcuts', value, 'on') };

// (as an attribute: a form is not asked for its own things by names that its fields may have)
const leads = (form, to) => form.getAttribute('action')?.endsWith(to);

// of each switch
const sent = {};
const send = (form, chosen) => {
  switches[chosen.name](chosen.value);
  const body = new URLSearchParams(new FormData(form));
  body.set(chosen.name, chosen.value);
  // what was typed stands on this page all the same
  for (const name of [...body.keys()]) if (name.startsWith('typed-')) body.delete(name);
  // the next page knows, and of two the last; where it cannot be told this one looks so all the same
  sent[chosen.name]?.abort();
  sent[chosen.name] = new AbortController();
  fetch(form.getAttribute('action'), { method: 'POST', body, redirect: 'manual', keepalive: true, signal: sent[chosen.name].signal }).catch(() => {});
};
document.addEventListener('submit', (event) => {
  const chosen = event.submitter;
  if (!switches[chosen?.name] || !leads(event.target, '/appearance')) return;
  event.preventDefault();
  // nothing waits for an answer
  event.stopPropagation();
  for (const button of chosen.parentElement.querySelectorAll('button')) {
    button.setAttribute('aria-pressed', String(button === chosen));
    button.removeAttribute('aria-current');
  }
  chosen.setAttribute('aria-current', 'true');
  send(event.target, chosen);
}, true);
document.addEventListener('change', ({ target }) => {
  if (target.localName === 'select' && switches[target.name] && leads(target.form, '/appearance')) send(target.form, target);
});

// A transition that does not come about is no error: the page is there all the same (w3c/csswg-drafts#13726).
const letGo = (way) => [way?.ready, way?.finished].forEach((one) => one?.catch(() => {}));
for (const moment of ['pageswap', 'pagereveal']) addEventListener(moment, ({ viewTransition: way }) => letGo(way));
// this page may be there before this file is
letGo(document.activeViewTransition);

// Another language is another page, and so is what comes once one form of several was sent: what was typed stands there
// again, once. What is secret or hidden is not kept, and nothing for longer than somebody waits for an answer.
const TYPED = 'typed', STAYS_MS = 300000;
const KEEPS = 'textarea, select, input:not([type=hidden], [type=password], [type=file])';
const choices = ['checkbox', 'radio'];
const fields = () => [...document.querySelectorAll('main form[method=post]')].flatMap((form) =>
  [...form.elements].filter((field) => field.name && !field.readOnly && field.matches(KEEPS)).map((field) => {
    const isChoice = choices.includes(field.type);
    return { field, isChoice, is: [form.getAttribute('action'), field.name, isChoice ? field.value : ''].join(' ') };
  }));
const now = ({ field, isChoice }) => (isChoice ? field.checked : field.value);
// what the page itself has in a field
const given = ({ field, isChoice }) => {
  if (isChoice) return field.defaultChecked;
  if (field.localName !== 'select') return field.defaultValue;
  return ([...field.options].find((option) => option.defaultSelected) ?? field.options[0])?.value;
};
const keep = (page, typed) => {
  // where nothing may be kept the page comes all the same
  try { sessionStorage.setItem(TYPED, JSON.stringify({ page, typed, at: Date.now() })); } catch { /* it is typed again */ }
};
// an order's page comes under the address of whichever of its forms was refused
const place = () => document.querySelector('[data-watch]')?.dataset.watch ?? location.pathname;

document.addEventListener('submit', (event) => {
  if (!leads(event.target, '/language')) return;
  keep(new URL(event.target.elements.next.value, location).pathname, fields().map((one) => [one.is, now(one)]));
}, true);

// In the console several forms stand on one page, and one that is sent takes nothing along of what was typed in the others.
const keepBeside = (sent) => {
  const others = fields().filter(({ field }) => field.form !== sent);
  // what was refused stands in its form as if the page had it
  const isBack = ({ field }) => field.form.querySelector('[aria-invalid]') !== null;
  const typed = others.filter((one) => isBack(one) || now(one) !== given(one));
  if (typed.length) keep(place(), typed.map((one) => [one.is, now(one), ...(isBack(one) ? [] : [given(one)])]));
};
const inConsole = location.pathname.startsWith('/console/');
addEventListener('submit', (event) => {
  if (inConsole && !event.defaultPrevented && event.target.matches('main form[method=post]')) keepBeside(event.target);
});
// so does whoever loads the page again because somebody else has changed what it shows
document.querySelector('[data-watch] a')?.addEventListener('click', (event) => {
  if (!event.ctrlKey && !event.metaKey && !event.shiftKey) keepBeside(null);
});

const kept = () => {
  try {
    const kept = JSON.parse(sessionStorage.getItem(TYPED));
    sessionStorage.removeItem(TYPED);
    const isHere = [location.pathname, place()].includes(kept?.page);
    return isHere && Date.now() - kept.at < STAYS_MS ? kept.typed : [];
  } catch { return []; }
};
const typed = kept();
for (const one of typed.length ? fields() : []) {
  const { field, isChoice, is } = one, at = typed.findIndex(([of]) => of === is);
  if (at < 0) continue;
  const [[, value, was]] = typed.splice(at, 1);
  // what the page has by now is something else than what was changed
  if (was !== undefined && was !== given(one)) continue;
  if (isChoice) field.checked = value;
  else if (field.localName !== 'select' || [...field.options].some((option) => option.value === value)) field.value = value;
  // what was typed where one has to open something first is seen
  if (now(one) !== given(one)) for (let up = field.closest('details'); up; up = up.parentElement.closest('details')) up.open = true;
}

// A number of pieces goes up and down by one, in the shop and in the console.
document.addEventListener('click', (event) => {
  const step = event.target.closest('[data-step]');
  if (!step) return;
  event.preventDefault();
  const field = step.closest('.qty').querySelector('input');
  field.value = Math.max(+field.min || 0, Math.min(+field.max || 999, Math.round(+field.value) + +step.dataset.step));
  field.dispatchEvent(new Event('change', { bubbles: true }));
});

// Where none of those that a page looks at is listed, the next ones are looked at by itself, until one is: a page of each
// at a time, and so many at most. What somebody begins to do meanwhile is not taken from them.
const FURTHER = 50;
const looking = document.querySelector('[data-looking]');
const lookFurther = async (way) => {
  let isBusy = false;
  const begin = () => { isBusy = true; };
  for (const what of ['input', 'keydown', 'pointerdown', 'submit', 'pagehide']) addEventListener(what, begin, { once: true, capture: true });
  const told = looking.textContent;
  looking.textContent = looking.dataset.looking;
  try {
    for (let looks = 0; looks < FURTHER && !isBusy; looks += 1) {
      const answer = await fetch(way.href, { signal: AbortSignal.timeout(8000) });
      if (!answer.ok || answer.redirected) break;
      const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
      const next = page.querySelector('[data-looking] ~ a');
      if (!next && !isBusy) { location.replace(way.href); return; }
      if (!next) break;
      way.href = next.href;
    }
  } catch { /* the way is there for whoever presses it */ }
  looking.textContent = told;
};
if (looking) lookFurther(looking.parentElement.querySelector('a'));

// the chosen view of a row that is wider than the window is in sight
for (const chosen of document.querySelectorAll('.tabs > [aria-current]')) {
  const row = chosen.parentElement, [at, within] = [chosen, row].map((one) => one.getBoundingClientRect());
  row.scrollLeft += at.left - within.left - (within.width - at.width) / 2;
}
