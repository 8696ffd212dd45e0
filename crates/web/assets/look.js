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
  // the next page knows; where it cannot be told this one looks so all the same
  fetch(event.target.action, { method: 'POST', body, redirect: 'manual', keepalive: true }).catch(() => {});
}, true);
