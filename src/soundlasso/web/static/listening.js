// The listening test: what the server says is to be done, one page at a time.

import { $, announce, h } from "./js/dom.js";
import { session } from "./js/memory.js";
import { Sound } from "./js/sound.js";
import { wireTheme } from "./js/theme.js";

const BASE = "/api/v1/listening";
const DRAFT = "soundlasso.listening";
const QUESTIONS = {
  overall: ["Overall quality", "unsuccessful separation", "perfect separation"],
  fit: ["Fit to the words", "does not fit", "fits perfectly"],
};

let state = null;
let sounds = {};
let rows = {};

class Problem extends Error {
  constructor(status, detail) {
    super(detail);
    this.status = status;
  }
}

async function ask(path, content) {
  const options = content === undefined ? {} : {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(content),
  };
  let response;
  try {
    response = await fetch(`${BASE}/${path}`, options);
  } catch {
    throw new Problem(0, "The server cannot be reached. What you rated before is saved; try again later.");
  }
  const body = await response.json().catch(() => ({ detail: `The server answered ${response.status}.` }));
  if (!response.ok) throw new Problem(response.status, body.detail);
  return body;
}

function tell(problem) {
  const text = problem.message;
  $("problem").textContent = `${text[0].toUpperCase()}${text.slice(1)}`;
  $("problem").hidden = false;
}

/** Does something that may fail, and says so if it does. */
async function attempt(action) {
  $("problem").hidden = true;
  try {
    await action();
  } catch (problem) {
    tell(problem);
  }
}

function show(next, focus) {
  const turned = !state || ["state", "page", "link"].some((part) => state[part] !== next[part]);
  state = next;
  for (const [id, name] of [["intro", "new"], ["page", "rating"], ["done", "done"]]) $(id).hidden = state.state !== name;
  if (turned) {
    for (const sound of Object.values(sounds)) sound.close();
    sounds = {};
    rows = {};
    if (state.state === "rating") turn();
    if (focus) {
      scrollTo(0, 0);
      $(state.state === "rating" ? "page-title" : "done-title").focus();
    }
  }
  if (state.state === "rating") update();
}

const title = (name) => (name === "mixture" ? "The recording" : `Sound ${name.toUpperCase()}`);

/** Builds a page. */
function turn() {
  $("page-place").textContent = `Recording ${state.page} of ${state.pages}`;
  $("page-progress").value = state.page - 1;
  $("page-title").textContent = `Wanted: “${state.query}”`;
  $("link").href = state.link;
  $("next").textContent = state.page === state.pages ? "Finish" : "Next";
  $("comment").value = "";
  $("mixture").replaceChildren();
  $("sounds").replaceChildren();
  for (const one of state.sounds) {
    const label = title(one.name);
    sounds[one.name] = new Sound({
      ...one,
      label,
      onHeard: (seconds, enough) => attempt(() => note(one.name, seconds, enough)),
      onProblem: tell,
    });
    rows[one.name] = {
      mark: h("span", { class: "state" }),
      scales: one.name === "mixture" ? [] : Object.keys(QUESTIONS).map((question) => scale(one.name, question)),
    };
    const box = h("section", { class: `heard-sound ${one.name === "mixture" ? "mixture" : ""}`, "aria-label": label },
      h("h2", {}, label, rows[one.name].mark), sounds[one.name].element, ...rows[one.name].scales);
    (one.name === "mixture" ? $("mixture") : $("sounds")).append(box);
  }
  restore();
}

function scale(name, question) {
  const [legend, worst, best] = QUESTIONS[question];
  const steps = [1, 2, 3, 4, 5].map((step) =>
    h("label", {},
      h("input", {
        type: "radio", name: `${name}-${question}`, value: step,
        "aria-label": step === 1 ? `1, ${worst}` : step === 5 ? `5, ${best}` : `${step}`,
      }),
      h("span", { textContent: step, "aria-hidden": "true" })));
  return h("fieldset", { class: "scale-row" },
    h("legend", {}, legend, h("span", { class: "visually-hidden", textContent: ` of ${title(name)}` })),
    h("div", { class: "steps" }, ...steps),
    h("div", { class: "ends", "aria-hidden": "true" }, h("span", { textContent: worst }), h("span", { textContent: best })));
}

/** Says what may be rated now, and what is missing. */
function update() {
  const played = Object.fromEntries(state.sounds.map((one) => [one.name, one.played]));
  for (const one of state.sounds) {
    const row = rows[one.name];
    sounds[one.name].played = one.played;
    row.mark.textContent = one.played ? "heard ✓" : "listen to the end";
    for (const fieldset of row.scales) fieldset.disabled = !(one.played && played.mixture);
  }
  const unheard = state.sounds.filter((one) => !one.played).map((one) => title(one.name));
  const unrated = Object.entries(ratings()).filter(([, pair]) => !pair.overall || !pair.fit).map(([name]) => title(name));
  if (unheard.length) $("missing").textContent = `Still to be heard to the end: ${unheard.join(", ")}.`;
  else if (unrated.length) $("missing").textContent = `Still to be rated: ${unrated.join(", ")}.`;
  else $("missing").textContent = "";
  $("next").disabled = unheard.length + unrated.length > 0;
}

async function note(name, seconds, enough) {
  if (!enough) {
    announce(`Not all of ${title(name)} was played.`);
    throw new Problem(0, `Part of ${title(name)} was skipped. Listen to it from its beginning to its end.`);
  }
  show(await send("plays", { sound: name, seconds }));
  announce(name === "mixture" ? "The recording was heard." : `${title(name)} was heard and can be rated.`);
}

/** Sends something about the page; goes on where the server is if it is another's turn there. */
async function send(what, content) {
  try {
    return await ask(`pages/${state.key}/${what}`, content);
  } catch (problem) {
    // Rated in another window, or by another listener at this computer.
    if (problem.status === 409) show(await ask("state"), true);
    throw problem;
  }
}

function ratings() {
  const chosen = (name, question) => Number($("page").elements[`${name}-${question}`]?.value) || 0;
  const names = state.sounds.map((one) => one.name).filter((name) => name !== "mixture");
  return Object.fromEntries(names.map((name) => [name, { overall: chosen(name, "overall"), fit: chosen(name, "fit") }]));
}

/** Keeps what is not sent yet, should the page be loaded again. */
function keep() {
  session.set(DRAFT, JSON.stringify({ key: key(), ratings: ratings(), comment: $("comment").value }));
}

const key = () => `${state.link} ${state.page}`;

function restore() {
  let draft = null;
  try {
    draft = JSON.parse(session.get(DRAFT));
  } catch {
    session.remove(DRAFT);
  }
  if (draft?.key !== key()) return;
  $("comment").value = draft.comment;
  for (const [name, pair] of Object.entries(draft.ratings)) {
    for (const [question, value] of Object.entries(pair)) {
      const input = $("page").querySelector(`input[name="${name}-${question}"][value="${value}"]`);
      if (input) input.checked = true;
    }
  }
}

for (const button of [$("begin"), $("another")]) {
  // Not twice: each time takes in a listener.
  button.addEventListener("click", () => attempt(async () => {
    button.disabled = true;
    try {
      show(await ask("listeners", {}), true);
    } finally {
      button.disabled = false;
    }
  }));
}
$("page").addEventListener("input", () => {
  keep();
  update();
});
$("page").addEventListener("submit", (event) => {
  event.preventDefault();
  if ($("next").disabled) return;
  attempt(async () => {
    const sent = { ratings: ratings(), comment: $("comment").value };
    try {
      $("next").disabled = true;
      const next = await send("ratings", sent);
      session.remove(DRAFT);
      show(next, true);
    } finally {
      if (state.state === "rating") update();
    }
  });
});

wireTheme();
attempt(async () => show(await ask("state")));
