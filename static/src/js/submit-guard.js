// A second press on "Skicka" while the first is under way does nothing.
// Forms that open a new tab or download a file can be sent again: `data-allow-resubmit`.
export function guardSubmits() {
  const sent = new WeakSet();
  const buttons = new Set();

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post" || "allowResubmit" in form.dataset) return;
    if (sent.has(form)) {
      event.preventDefault();
      return;
    }
    sent.add(form);
    const button = event.submitter;
    if (button) {
      // not `disabled`: that would leave the button's name and value out of what is sent
      button.setAttribute("aria-disabled", "true");
      buttons.add(button);
    }
  });

  // back button: the page comes out of the browser's memory as it was left
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    buttons.forEach((button) => button.removeAttribute("aria-disabled"));
    buttons.clear();
    document.querySelectorAll("form").forEach((form) => sent.delete(form));
  });
}
