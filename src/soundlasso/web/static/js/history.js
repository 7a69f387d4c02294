// The jobs of this browser. Only it knows them; the server keeps no list of whose they are.

import { remove, show } from "./api.js";
import { $, announce, h, icon, ICONS } from "./dom.js";
import { local } from "./memory.js";
import { ago, asked } from "./words.js";

const KEY = "soundlasso.jobs";
const MOST = 30;
const STATES = { queued: "waiting", running: "at work", failed: "failed", cancelled: "cancelled" };

export class History {
  /** `onRemoved(id)` is told when a job is gone. */
  constructor({ onRemoved }) {
    this.onRemoved = onRemoved;
    this.draw();
  }

  all() {
    try {
      const jobs = JSON.parse(local.get(KEY));
      return Array.isArray(jobs) ? jobs : [];
    } catch {
      return [];
    }
  }

  save(jobs) {
    local.set(KEY, JSON.stringify(jobs.slice(0, MOST)));
    this.draw();
  }

  note(job) {
    const { id, queries, not, mode, created, state } = job;
    const before = this.all();
    const known = before.find((one) => one.id === id);
    if (known?.state === state) return;
    const entry = { id, queries, not, mode, created, state, name: job.file.name };
    this.save(known ? before.map((one) => (one.id === id ? entry : one)) : [entry, ...before]);
  }

  forget(id) {
    this.save(this.all().filter((one) => one.id !== id));
  }

  /** Asks the server what has become of them. */
  async refresh() {
    for (const one of this.all()) {
      try {
        this.note(await show(one.id));
      } catch (problem) {
        if (problem.status === 404) this.forget(one.id);
        else return;
      }
    }
  }

  async delete(id) {
    $("recent-problem").hidden = true;
    try {
      await remove(id);
    } catch (problem) {
      if (problem.status !== 404) {
        $("recent-problem").textContent = problem.message;
        $("recent-problem").hidden = false;
        return;
      }
    }
    this.forget(id);
    this.onRemoved(id);
    announce("Deleted");
    // What was pressed is gone with its row.
    $("recent").focus({ preventScroll: document.activeElement !== document.body });
  }

  /** Rows stay where they are, and the focus in them. */
  draw() {
    const jobs = this.all();
    const list = $("recent-list");
    $("recent-empty").hidden = jobs.length > 0;
    const rows = new Map([...list.children].map((row) => [row.dataset.id, row]));
    const wanted = new Set(jobs.map((job) => job.id));
    for (const [id, row] of rows) if (!wanted.has(id)) row.remove();
    jobs.forEach((job, i) => {
      const row = rows.get(job.id) ?? this.row(job);
      row.querySelector(".hint").textContent = [job.name, ago(job.created), STATES[job.state]].filter(Boolean).join(" · ");
      if (list.children[i] !== row) list.insertBefore(row, list.children[i] ?? null);
    });
  }

  row(job) {
    const what = asked(job);
    return h("li", { data: { id: job.id } },
      h("a", { href: `#${job.id}` }, h("span", { class: "recent-what", textContent: what }), h("span", { class: "hint" })),
      h("button", {
        type: "button", class: "ghost icon", "aria-label": `Delete ${what} of ${job.name}`, title: "Delete",
        on: { click: () => this.delete(job.id) },
      }, icon(ICONS.bin)));
  }
}
