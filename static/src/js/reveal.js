// Radios that reveal fields. Not govuk-frontend's own: that one puts aria-expanded on a radio,
// which ARIA does not allow there and accessibility checks refuse.
export function startReveal(group) {
  const radios = [...group.querySelectorAll('input[type="radio"][data-aria-controls]')];
  if (radios.length === 0) return;

  function sync() {
    for (const radio of radios) {
      document
        .getElementById(radio.getAttribute("aria-controls"))
        ?.classList.toggle("govuk-radios__conditional--hidden", !radio.checked);
    }
  }

  for (const radio of radios) {
    radio.setAttribute("aria-controls", radio.dataset.ariaControls);
    delete radio.dataset.ariaControls;
  }
  group.addEventListener("change", sync);
  // going back in the browser restores what was chosen only after this script has run
  window.addEventListener("pageshow", sync);
  sync();
}
