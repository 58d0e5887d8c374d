// The dialogs: stop with a confirm, release with the admin token and a reason, the page's token.

import { call, token } from "./api.js";
import { $, say, show } from "./dom.js";

export function wireDialogs({ retoken, changed }) {
  for (const button of document.querySelectorAll("[data-close]")) {
    button.addEventListener("click", () => button.closest("dialog").close());
  }
  opens("stop-open", "stop", "stop-reason");
  opens("release-open", "release", "release-token");
  opens("token-open", "token", "token-value");
  submits("stop", async () => {
    await call("POST", "api/chaos/disable", { body: { reason: $("stop-reason").value } });
    $("stop").close();
    changed();
  });
  submits("release", async () => {
    const as = $("release-token").value.trim();
    await call("POST", "api/chaos/enable", { as, body: { reason: $("release-reason").value } });
    $("release").close();
    changed();
  });
  submits("token", async () => {
    token.set($("token-value").value.trim());
    $("token").close();
    retoken();
  });
  // A password does not stay in the page once its dialog is closed.
  for (const id of ["release", "token"]) {
    $(id).addEventListener("close", () => $(`${id}-form`).reset());
  }
}

export function askForToken() {
  if (!$("token").open) {
    $("token").showModal();
    $("token-value").focus();
  }
}

export function drawRelease(state) {
  const lever = state.lever;
  const engaged = Boolean(lever?.engaged);
  say($("release-title"), engaged ? "Release the lever" : "Enable chaos testing");
  const why = engaged
    ? `It was engaged by ${lever.by || "somebody"}: ${lever.reason}`
    : "It is off for this target until an admin enables it.";
  say($("release-why"), why);
}

function opens(button, dialog, field) {
  $(button).addEventListener("click", () => {
    $(dialog).showModal();
    $(field).focus();
  });
}

function submits(id, act) {
  const form = $(`${id}-form`);
  const error = form.querySelector(".error");
  const go = form.querySelector("[type=submit]");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    go.disabled = true;
    if (error) show(error, false);
    try {
      await act();
    } catch (refusal) {
      if (!error) throw refusal;
      say(error, refusal.message);
      show(error, true);
    } finally {
      go.disabled = false;
    }
  });
}
