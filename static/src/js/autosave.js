// Saves a draft two seconds after the last keystroke and says so politely.
// The server answers {"saved_at": "09:41", "revision": 7}, or 409 when another tab was faster.
const IDLE_MS = 2000;
const RETRY_MS = 15000;
// the idempotency key belongs to the real submit: an autosave must not use it up
const LEFT_OUT = new Set(["_key", "_add", "_remove"]);

export function startAutosave(form) {
  const status = form.querySelector("[data-autosave-status]");
  let timer = 0;
  let running = null;
  let stopped = false;

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

  function conflict() {
    stopped = true;
    if (!status) return;
    const link = document.createElement("a");
    link.className = "govuk-link";
    link.href = location.href;
    link.textContent = status.dataset.reload;
    status.classList.add("klas-autosave--conflict");
    status.replaceChildren(`${status.dataset.conflict} `, link);
  }

  async function send() {
    let response;
    try {
      response = await fetch(form.dataset.autosaveUrl, {
        method: "POST",
        body: body(),
        headers: { "X-KLAS-Autosave": "1", Accept: "application/json" },
        credentials: "same-origin",
        redirect: "manual",
      });
    } catch {
      say(status?.dataset.failed ?? "");
      later(RETRY_MS);
      return;
    }
    if (response.status === 409) {
      conflict();
    } else if (response.type === "opaqueredirect" || response.status === 401 || response.status === 403) {
      stopped = true;
      say(status?.dataset.signedOut ?? "");
    } else if (response.ok) {
      const answer = await response.json();
      for (const name of ["_revision", "_version"]) {
        const field = form.elements.namedItem(name);
        if (field instanceof HTMLInputElement) field.value = answer.revision;
      }
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
