// The page: the form, the job that it shows, and the list of earlier ones.

import { cancel, create, follow, Problem } from "./js/api.js";
import { Composer } from "./js/composer.js";
import { $, announce } from "./js/dom.js";
import { History } from "./js/history.js";
import { JobCard } from "./js/job.js";
import { keys } from "./js/memory.js";
import { Result } from "./js/result.js";
import { wireTheme } from "./js/theme.js";
import { said } from "./js/words.js";

const { limits, nonce } = $("settings").dataset;
const card = new JobCard($("job"), { onCancel: () => stop(), onRetry: () => again() });
const history = new History({ onRemoved: (id) => id === shown && leave() });
const composer = new Composer({ limits: JSON.parse(limits), onSubmit: send });

let shown = null;
let unfollow = () => {};
let result = null;
let last = null;
let sending = null;
// Whether the focus is still to follow the visitor's own step to a job.
let led = false;

/** Sends a job and shows it. */
async function send(form, name) {
  leave();
  composer.busy = true;
  card.sending(0, name);
  $("job").scrollIntoView({ block: "nearest" });
  $("job").focus({ preventScroll: true });
  // The visitor may have gone to look at an earlier job meanwhile, and stays there.
  const away = () => shown !== null;
  try {
    sending = new AbortController();
    const job = await create(form, (share) => away() || card.sending(share, name), sending.signal);
    history.note(job);
    if (!away()) location.hash = job.id;
  } catch (problem) {
    if (!away()) {
      card.hide();
      $("submit").focus({ preventScroll: true });
    }
    if (problem.name !== "AbortError") composer.problem(`${problem.message[0].toUpperCase()}${problem.message.slice(1)}`);
  } finally {
    composer.busy = false;
    sending = null;
  }
}

/** Shows the job that the address names. */
function open() {
  const id = location.hash.slice(1);
  if (!/^[0-9a-f-]{36}$/.test(id)) {
    if (!id) leave();
    return;
  }
  if (id === shown) return;
  leave();
  shown = id;
  unfollow = follow(
    id,
    (job) => shown === id && update(job),
    () => shown === id && gone(id),
    (text) => shown === id && card.lost(text),
  );
}

function update(job) {
  // Its end may be told twice: by the events, and by the answer to cancelling.
  if (result) return;
  last = job;
  history.note(job);
  if (job.state !== "done") {
    card.show(job);
    if (led) $("job").focus({ preventScroll: true });
    led = false;
    return;
  }
  const waited = led || $("job").contains(document.activeElement);
  led = false;
  card.hide();
  document.title = `${job.queries[0]} · Sound Lasso`;
  announce(`Done. ${said(job).join(" ")}`);
  $("result").hidden = false;
  if (waited) $("result").focus({ preventScroll: true });
  result = new Result($("result"), job, {
    nonce,
    onAgain: (of, track) => composer.chooseEarlier(of, track.links, track.title),
    onDelete: (id) => history.delete(id),
  });
  result.open().catch((problem) => {
    card.problem("The result could not be shown", problem.message);
    if (!(problem instanceof Problem)) throw problem;
  });
  $("result").scrollIntoView({ block: "start" });
}

function gone(id) {
  history.forget(id);
  card.problem("There is no such separation", "It may have been removed.");
}

function leave() {
  unfollow();
  unfollow = () => {};
  result?.close();
  result = null;
  // An address that is still there could not be gone to again. Without a trip through history, which
  // would lead to it.
  if (shown && location.hash === `#${shown}`) window.history.replaceState(null, "", location.pathname + location.search);
  shown = null;
  last = null;
  $("result").hidden = true;
  card.hide();
}

async function stop() {
  if (!shown) {
    sending?.abort();
    return;
  }
  const id = shown;
  try {
    const job = await cancel(id);
    if (shown === id) update(job);
  } catch (problem) {
    if (shown === id) card.lost(problem.message);
  }
}

function again() {
  if (last) composer.setQueries(last.queries, last.not);
  location.hash = "";
  leave();
  $("composer").focus();
}

wireTheme();
$("keys-on").checked = keys.on;
$("keys-on").addEventListener("change", () => (keys.on = $("keys-on").checked));
$("help-open").addEventListener("click", () => $("help").showModal());
document.addEventListener("keydown", (event) => {
  if (event.key === "?" && keys.on && !event.target.closest("input, textarea, dialog")) $("help").showModal();
});
for (const link of document.querySelectorAll('a[href="#recent"], a[href="#composer"]')) {
  // The address keeps naming the job that is shown.
  link.addEventListener("click", (event) => {
    event.preventDefault();
    const section = document.querySelector(link.getAttribute("href"));
    section.scrollIntoView();
    section.focus({ preventScroll: true });
  });
}
window.addEventListener("hashchange", () => {
  led = true;
  open();
});
open();
history.refresh();
