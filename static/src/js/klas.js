// Everything the pages do beyond HTML. Without it every page still works.
import {
  Button,
  CharacterCount,
  Checkboxes,
  ErrorSummary,
  NotificationBanner,
  ServiceNavigation,
  SkipLink,
  createAll,
} from "govuk-frontend";
import { startAutosave } from "./autosave.js";
import { startReveal } from "./reveal.js";
import { watchSession } from "./session.js";
import { guardSubmits } from "./submit-guard.js";
import { startTypeahead } from "./typeahead.js";

// An inline script would set these earlier, but the content security policy allows none.
document.body.classList.add("js-enabled", "govuk-frontend-supported");

for (const component of [
  Button,
  CharacterCount,
  Checkboxes,
  ErrorSummary,
  NotificationBanner,
  ServiceNavigation,
  SkipLink,
]) {
  createAll(component);
}
document.querySelectorAll('[data-module="govuk-radios"]').forEach(startReveal);
document.querySelectorAll("form[data-autosave-url]").forEach(startAutosave);
document.querySelectorAll("input[data-typeahead-url]").forEach(startTypeahead);
document.querySelectorAll("dialog[data-session-url]").forEach(watchSession);
guardSubmits();
