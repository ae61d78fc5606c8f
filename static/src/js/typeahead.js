// Makes input[data-typeahead-url] an ARIA combobox over {"results": [{id, label, detail, url?}]}.
// data-typeahead-target: name of the hidden field that gets the id; without it, and without a url
// in the result, picking one sends the form. data-typeahead-min: letters before it asks (2).
const WAIT_MS = 200;
let count = 0;

export function startTypeahead(input) {
  const address = input.dataset.typeaheadUrl;
  const least = Number(input.dataset.typeaheadMin ?? 2);
  const words = document.body.dataset;
  const list = document.createElement("ul");
  const status = document.createElement("div");
  const box = document.createElement("div");
  let results = [];
  let active = -1;
  let timer = 0;
  let request = null;

  count += 1;
  box.className = "klas-typeahead";
  input.replaceWith(box);
  list.id = `typeahead-${count}`;
  list.className = "klas-typeahead__list";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", document.querySelector(`label[for="${input.id}"]`)?.textContent.trim() ?? "");
  list.hidden = true;
  status.className = "govuk-visually-hidden";
  status.setAttribute("role", "status");
  box.append(input, list, status);
  for (const [name, value] of Object.entries({
    role: "combobox",
    autocomplete: "off",
    "aria-autocomplete": "list",
    "aria-expanded": "false",
    "aria-controls": list.id,
  })) {
    input.setAttribute(name, value);
  }

  const target = () => {
    const name = input.dataset.typeaheadTarget;
    return name ? input.form?.elements.namedItem(name) : null;
  };

  function close() {
    request?.abort();
    clearTimeout(timer);
    results = [];
    active = -1;
    list.hidden = true;
    list.replaceChildren();
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function mark(index) {
    active = index;
    [...list.children].forEach((option, i) => {
      option.setAttribute("aria-selected", String(i === index));
      if (i === index) option.scrollIntoView({ block: "nearest" });
    });
    if (index < 0) input.removeAttribute("aria-activedescendant");
    else input.setAttribute("aria-activedescendant", list.children[index].id);
  }

  function pick(result) {
    const field = target();
    close();
    input.value = result.label;
    status.textContent = result.label;
    if (result.url) {
      const url = new URL(result.url, location.href);
      if (url.origin === location.origin) location.assign(url.href);
      return;
    }
    if (field) {
      field.value = result.id;
      field.dispatchEvent(new Event("change", { bubbles: true }));
    } else {
      input.form?.requestSubmit();
    }
  }

  function show(found) {
    results = found;
    active = -1;
    list.replaceChildren(
      ...found.map((result, index) => {
        const option = document.createElement("li");
        option.id = `${list.id}-${index}`;
        option.className = "klas-typeahead__option";
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        option.append(result.label);
        if (result.detail) {
          const detail = document.createElement("span");
          detail.className = "klas-typeahead__detail";
          detail.textContent = result.detail;
          option.append(" ", detail);
        }
        // mousedown, so that the field keeps its focus
        option.addEventListener("mousedown", (event) => {
          event.preventDefault();
          pick(result);
        });
        return option;
      }),
    );
    list.hidden = found.length === 0;
    input.setAttribute("aria-expanded", String(found.length > 0));
    if (found.length === 0) status.textContent = words.suggestionsNone;
    else if (found.length === 1) status.textContent = words.suggestionsOne;
    else status.textContent = words.suggestionsOther.replace("%{count}", found.length);
  }

  async function ask() {
    const text = input.value.trim();
    request?.abort();
    if (text.length < least) {
      close();
      return;
    }
    request = new AbortController();
    const url = new URL(address, location.href);
    url.searchParams.set("q", text);
    try {
      const response = await fetch(url, { signal: request.signal, headers: { Accept: "application/json" } });
      if (!response.ok) throw new Error(response.statusText);
      const { results: found } = await response.json();
      if (document.activeElement === input) show(found);
    } catch (error) {
      if (error.name === "AbortError") return;
      close();
      status.textContent = words.suggestionsFailed;
    }
  }

  input.addEventListener("input", () => {
    const field = target();
    // what is written no longer is what was picked
    if (field) field.value = "";
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT_MS);
  });
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    const last = results.length - 1;
    if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      close();
    } else if (event.key === "ArrowDown" && last < 0) {
      event.preventDefault();
      ask();
    } else if (last < 0) {
      return;
    } else if (event.key === "ArrowDown") {
      event.preventDefault();
      mark(active >= last ? 0 : active + 1);
    } else if (event.key === "ArrowUp") {
      event.preventDefault();
      mark(active <= 0 ? last : active - 1);
    } else if (event.key === "Enter" && active >= 0) {
      event.preventDefault();
      pick(results[active]);
    } else if (event.key === "ArrowLeft" || event.key === "ArrowRight" || event.key === "Home" || event.key === "End") {
      // the caret moves in the field; nothing in the list is marked any more
      mark(-1);
    }
  });
}
