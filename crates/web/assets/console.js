// The console works without this file. With it: keys that move through lists, and menus that close.
const all = (selector) => [...document.querySelectorAll(selector)];
const typing = (target) => target.matches('input, textarea, select') || target.isContentEditable;

document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') all('details.menu[open]').forEach((menu) => { menu.open = false; });
  if (document.documentElement.dataset.shortcuts === 'off') return;
  if (typing(event.target) || event.metaKey || event.ctrlKey || event.altKey) return;
  if (event.key === '/') {
    event.preventDefault();
    document.querySelector('.filters input[type=search], .c-top input[type=search]')?.focus();
  }
  if (event.key !== 'j' && event.key !== 'k') return;
  const rows = all('.table-fold tbody .lead');
  const next = rows.indexOf(document.activeElement) + (event.key === 'j' ? 1 : -1);
  rows[Math.max(0, Math.min(rows.length - 1, next))]?.focus();
});

document.addEventListener('click', (event) => {
  all('details.menu[open]').forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
});

// a form is sent once: what is pressed again while it is under way is not sent again
document.addEventListener('submit', (event) => {
  const form = event.target;
  if (form.method !== 'post') return;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = 'yes';
  event.submitter?.setAttribute('aria-busy', 'true');
});
addEventListener('pageshow', () => all('form[data-sent]').forEach((form) => {
  delete form.dataset.sent;
  form.querySelectorAll('[aria-busy]').forEach((button) => button.removeAttribute('aria-busy'));
}));

// what went wrong is read first
document.querySelector('.banner.bad')?.scrollIntoView({ block: 'nearest' });

// what changes by itself is asked for again, as long as somebody looks; what somebody is about to press stays
const same = (part) => part.innerHTML.replace(/value="[^"]*"/g, '');
const live = all('[data-live]');
if (live.length) setInterval(async () => {
  if (document.hidden) return;
  try {
    const answer = await fetch(location.pathname);
    if (!answer.ok || answer.redirected) return;
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    live.forEach((part) => {
      const fresh = page.querySelector(`[data-live="${part.dataset.live}"]`);
      if (!fresh || part.contains(document.activeElement) || same(fresh) === same(part)) return;
      const open = [...part.querySelectorAll('details')].map((one) => one.open);
      part.replaceChildren(...fresh.childNodes);
      part.querySelectorAll('details').forEach((one, n) => { one.open = open[n] ?? one.open; });
    });
  } catch { /* the next time tells */ }
}, 5000);
