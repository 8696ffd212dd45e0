// The button that prints a paper; without this file there is none, and the browser prints as it always can.
for (const button of document.querySelectorAll('[data-prints]')) {
  button.hidden = false;
  button.addEventListener('click', () => print());
}
