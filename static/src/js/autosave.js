// Saves a draft two seconds after the last keystroke and says so politely.
// The server answers {"saved_at": "09:41", "revision": 7}, or 409 when somebody else was faster.
const IDLE_MS = 2000;
const RETRY_MS = 15000;
// the idempotency key belongs to the real submit: an autosave must not use it up
const LEFT_OUT = new Set(["_key", "_add", "_remove"]);

export function startAutosave(form) {
  const status = form.querySelector("[data-autosave-status]");
  let timer = 0;
  let running = null;
  let stopped = false;
  let signedOut = false;

  const say = (text) => {
    if (status) status.textContent = text;
  };

  function body() {
    const fields = new URLSearchParams();
    for (const [name, value] of new FormData(form)) {
      if (typeof value === "string" && !LEFT_OUT.has(name)) fields.append(name, value);
    }
    return fields;
  }

  function later(delay) {
    clearTimeout(timer);
    if (!stopped) timer = setTimeout(save, delay);
  }

  // What is left to do is done by sending the form: the server compares, or keeps what is typed
  // while the person signs in. Nothing typed ever depends on this page staying open.
  function ask(text, action) {
    if (!status) return;
    const button = document.createElement("button");
    button.type = "submit";
    button.className = "klas-link-button";
    button.textContent = action;
    status.classList.add("klas-autosave--conflict");
    status.replaceChildren(`${text} `, button);
  }

  function request(method) {
    return fetch(form.dataset.autosaveUrl, {
      method,
      body: method === "POST" ? body() : undefined,
      headers: { "X-KLAS-Autosave": "1", Accept: "application/json" },
      credentials: "same-origin",
      redirect: "manual",
    });
  }

  const isRefused = (response) =>
    response.type === "opaqueredirect" || response.status === 401 || response.status === 403;

  // Whoever has signed in again in another tab needs only a fresh token.
  async function renewToken() {
    const response = await request("GET");
    if (!response.ok || response.type === "opaqueredirect") return false;
    form.elements.namedItem("csrfmiddlewaretoken").value = (await response.json()).token;
    return true;
  }

  async function send() {
    let response;
    try {
      response = await request("POST");
      if (isRefused(response) && (await renewToken())) response = await request("POST");
    } catch {
      say(status?.dataset.failed ?? "");
      later(RETRY_MS);
      return;
    }
    signedOut = isRefused(response);
    if (response.status === 409) {
      stopped = true;
      ask(status?.dataset.conflict, status?.dataset.compare);
    } else if (signedOut) {
      ask(status?.dataset.signedOut, status?.dataset.signIn);
    } else if (response.ok) {
      const answer = await response.json();
      for (const name of ["_revision", "_version"]) {
        const field = form.elements.namedItem(name);
        if (field instanceof HTMLInputElement) field.value = answer.revision;
      }
      status?.classList.remove("klas-autosave--conflict");
      say((status?.dataset.saved ?? "").replace("%{time}", answer.saved_at));
    } else {
      say(status?.dataset.failed ?? "");
      later(RETRY_MS);
    }
  }

  function save() {
    // one at a time: a second would carry a revision the first is about to outdate
    if (running) {
      later(IDLE_MS);
      return;
    }
    running = send().finally(() => {
      running = null;
    });
  }

  // back from signing in somewhere else
  window.addEventListener("focus", () => {
    if (signedOut) later(0);
  });
  form.addEventListener("input", () => later(IDLE_MS));
  form.addEventListener("change", () => later(IDLE_MS));
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    if (!running) return;
    const { submitter } = event;
    event.preventDefault();
    running.finally(() => {
      clearTimeout(timer);
      form.requestSubmit(submitter);
    });
  });
}
