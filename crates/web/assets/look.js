// Another look, or keys on and off, without leaving the page: what was typed stays. Without this file the form does it.
const root = document.documentElement;
const set = (name, value, usual) => { if (value === usual) delete root.dataset[name]; else root.dataset[name] = value; };
const switches = { theme: (value) => set('theme', value, 'system'), keys: (value) => set('shortcuts', value, 'on') };

document.addEventListener('submit', (event) => {
  const chosen = event.submitter, choose = switches[chosen?.name];
  if (!choose || !event.target.action.endsWith('/appearance')) return;
  event.preventDefault();
  // nothing waits for an answer
  event.stopPropagation();
  choose(chosen.value);
  for (const button of chosen.parentElement.querySelectorAll('button')) {
    button.setAttribute('aria-pressed', String(button === chosen));
    button.removeAttribute('aria-current');
  }
  chosen.setAttribute('aria-current', 'true');
  const body = new URLSearchParams(new FormData(event.target));
  body.set(chosen.name, chosen.value);
  // what was typed stands on this page all the same
  for (const name of [...body.keys()]) if (name.startsWith('typed-')) body.delete(name);
  // the next page knows; where it cannot be told this one looks so all the same
  fetch(event.target.action, { method: 'POST', body, redirect: 'manual', keepalive: true }).catch(() => {});
}, true);

// A transition that does not come about is no error: the page is there all the same (w3c/csswg-drafts#13726).
for (const moment of ['pageswap', 'pagereveal']) {
  addEventListener(moment, ({ viewTransition: way }) => [way?.ready, way?.finished].forEach((one) => one?.catch(() => {})));
}

// The server writes times in UTC; whoever reads has a time zone of their own. What is fetched is put into it before it is
// compared with what is there.
const WRITTEN = {
  minute: { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  day: { day: 'numeric', month: 'short', year: 'numeric' },
  exact: { day: 'numeric', month: 'long', year: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZoneName: 'short' },
};
const tongue = root.lang === 'en' ? 'en-GB' : root.lang;
const writer = Object.fromEntries(Object.entries(WRITTEN).map(([of, how]) => [of, new Intl.DateTimeFormat(tongue, how)]));
// months are as short as the server's
const write = (of, at) => writer[of].format(at).replace(/Sept(?!\.|e)/, 'Sep');
const here = (page) => {
  for (const time of page.querySelectorAll('time[data-of]')) {
    const at = new Date(time.dateTime);
    time.textContent = write(time.dataset.of, at);
    time.title = write('exact', at);
  }
};
here(document);
document.addEventListener('fetched', (event) => here(event.detail));

// Another language is another page: what was typed stands there again, once. What is secret or hidden is not kept.
const TYPED = 'typed';
const KEEPS = 'textarea, select, input:not([type=hidden], [type=password], [type=file])';
const choices = ['checkbox', 'radio'];
const fields = () => [...document.querySelectorAll('main form[method=post]')].flatMap((form) =>
  [...form.elements].filter((field) => field.name && !field.readOnly && field.matches(KEEPS)).map((field) => {
    const isChoice = choices.includes(field.type);
    return { field, isChoice, is: [form.getAttribute('action'), field.name, isChoice ? field.value : ''].join(' ') };
  }));

document.addEventListener('submit', (event) => {
  if (!event.target.action.endsWith('/language')) return;
  const typed = fields().map(({ field, isChoice, is }) => [is, isChoice ? field.checked : field.value]);
  const page = new URL(event.target.elements.next.value, location).pathname;
  // where nothing may be kept the language changes all the same
  try { sessionStorage.setItem(TYPED, JSON.stringify({ page, typed })); } catch { /* it is typed again */ }
}, true);

const kept = () => {
  try {
    const kept = JSON.parse(sessionStorage.getItem(TYPED));
    sessionStorage.removeItem(TYPED);
    return kept?.page === location.pathname ? kept.typed : [];
  } catch { return []; }
};
const typed = kept();
for (const { field, isChoice, is } of typed.length ? fields() : []) {
  const at = typed.findIndex(([of]) => of === is);
  if (at < 0) continue;
  const [[, value]] = typed.splice(at, 1);
  if (isChoice) field.checked = value;
  else if (field.localName !== 'select' || [...field.options].some((option) => option.value === value)) field.value = value;
}
