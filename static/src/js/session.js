// Warns before the session ends, and leaves the page when it has: nothing of it stays on the screen.
// Asking how long it lasts (GET) does not keep it alive; "Fortsätt" (POST) does.
const ASK_AGAIN_S = 20;

export function watchSession(dialog) {
  const { sessionUrl, signInUrl } = dialog.dataset;
  const warning = Number(dialog.dataset.warning);
  let endsAt = Date.now() + Number(dialog.dataset.seconds) * 1000;
  let timer = 0;
  let state = "";
  let lastIsKnown = false;
  let isTyped = false;

  function later(seconds) {
    clearTimeout(timer);
    timer = setTimeout(check, Math.max(seconds, 1) * 1000);
  }

  function say(text) {
    for (const place of dialog.querySelectorAll("[data-time-left]")) {
      if (place.textContent !== text) place.textContent = text;
    }
  }

  function show(name) {
    if (state === name && dialog.open) return;
    state = name;
    for (const part of dialog.querySelectorAll("[data-state]")) part.hidden = part.dataset.state !== name;
    dialog.setAttribute("aria-labelledby", `session-${name}`);
    dialog.classList.toggle("klas-dialog--ended", name === "ended");
    if (!dialog.open) dialog.showModal();
    document.getElementById(`session-${name}`).focus();
  }

  function close() {
    state = "";
    if (dialog.open) dialog.close();
  }

  async function ask(token) {
    const response = await fetch(sessionUrl, {
      method: token ? "POST" : "GET",
      headers: token ? { "X-CSRFToken": token } : {},
      credentials: "same-origin",
    });
    if (!response.ok) throw new Error(String(response.status));
    return response.json();
  }

  function told({ seconds, last }) {
    endsAt = Date.now() + seconds * 1000;
    if (!seconds) {
      end();
    } else if (seconds > warning) {
      if (state) close();
      later(seconds - warning);
    } else {
      const minutes = Math.ceil(seconds / 60);
      say(minutes > 1 ? dialog.dataset.minutes.replace("%{count}", minutes) : dialog.dataset.minute);
      if (last > seconds) show("idle");
      else if (!lastIsKnown) show("last");
      later(Math.min(seconds, ASK_AGAIN_S));
    }
  }

  async function check() {
    if (state === "ended") return;
    try {
      told(await ask());
    } catch {
      later(ASK_AGAIN_S);
    }
  }

  async function extend() {
    try {
      const answer = await ask();
      told(answer.seconds ? await ask(answer.token) : answer);
    } catch {
      say(dialog.dataset.failed);
    }
  }

  // A form that is kept for its person is sent: the server does nothing else with it now.
  function end() {
    const page = encodeURIComponent(location.pathname + location.search);
    const signIn = `${signInUrl}&next=${page}`;
    const kept = document.querySelector('form[method="post"] input[name="_by"]');
    dialog.querySelector("[data-sign-in]").href = signIn;
    if (kept) {
      state = "ended";
      kept.form.requestSubmit();
    } else if (isTyped) {
      show("ended");
    } else {
      location.assign(signIn);
    }
  }

  dialog.querySelector("[data-extend]").addEventListener("click", extend);
  for (const button of dialog.querySelectorAll("[data-close]")) {
    button.addEventListener("click", () => {
      lastIsKnown = lastIsKnown || state === "last";
      dialog.close();
    });
  }
  // Escape
  dialog.addEventListener("cancel", (event) => {
    if (state === "idle") {
      event.preventDefault();
      extend();
    } else if (state === "last") {
      lastIsKnown = true;
    }
  });
  document.addEventListener("input", (event) => {
    isTyped = isTyped || event.target.form?.method === "post";
  });
  // a computer that slept, or a page out of the browser's memory
  const back = () => {
    if (document.visibilityState === "visible" && Date.now() > endsAt - warning * 1000) later(0);
  };
  document.addEventListener("visibilitychange", back);
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) later(0);
  });
  later((endsAt - Date.now()) / 1000 - warning);
}
