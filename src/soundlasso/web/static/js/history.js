// The jobs of this browser. Only it knows them; the server keeps no list of whose they are.

import { remove, show } from "./api.js";
import { $, announce, h, icon, ICONS } from "./dom.js";
import { ago, asked } from "./words.js";

const KEY = "soundlasso.jobs";
const MOST = 30;

export class History {
  /** `onRemoved(id)` is told when a job is gone. */
  constructor({ onRemoved }) {
    this.onRemoved = onRemoved;
    this.draw();
  }

  all() {
    try {
      const jobs = JSON.parse(localStorage.getItem(KEY));
      return Array.isArray(jobs) ? jobs : [];
    } catch {
      return [];
    }
  }

  save(jobs) {
    localStorage.setItem(KEY, JSON.stringify(jobs.slice(0, MOST)));
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

  draw() {
    const jobs = this.all();
    $("recent-empty").hidden = jobs.length > 0;
    const words = { queued: "waiting", running: "at work", failed: "failed", cancelled: "cancelled" };
    $("recent-list").replaceChildren(
      ...jobs.map((job) => {
        const what = asked(job);
        return h("li", {},
          h("a", { href: `#${job.id}` },
            h("span", { class: "recent-what", textContent: what }),
            h("span", { class: "hint", textContent: [job.name, ago(job.created), words[job.state]].filter(Boolean).join(" · ") })),
          h("button", {
            type: "button", class: "ghost icon", "aria-label": `Delete ${what} of ${job.name}`, title: "Delete",
            on: { click: () => this.delete(job.id) },
          }, icon(ICONS.bin)));
      }),
    );
  }
}
