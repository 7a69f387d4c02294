// A job on its way: its place, its progress, how long it takes, and what went wrong.

import { announce, h, icon, ICONS } from "./dom.js";
import { asked, left } from "./words.js";

const PHASES = { loading: "Loading the model", separating: "Separating", drawing: "Drawing" };

export class JobCard {
  constructor(section, { onCancel, onRetry }) {
    this.section = section;
    this.bar = h("progress", { max: 1, "aria-labelledby": "job-title" });
    this.title = h("h2", { id: "job-title" });
    this.detail = h("p", { class: "hint" });
    this.time = h("p", { class: "time" });
    this.cancel = h("button", { type: "button", class: "button", on: { click: onCancel } }, icon(ICONS.close), "Cancel");
    this.retry = h("button", { type: "button", class: "button", on: { click: onRetry } }, icon(ICONS.again), "Start again");
  }

  /** Before the server knows of it. */
  sending(share, name) {
    this.fill("Sending the recording", name, share, `${Math.round(100 * share)} %`, this.cancel);
    document.title = `${Math.round(100 * share)} % sent · Sound Lasso`;
  }

  show(job) {
    const about = `${asked(job)} · ${job.file.name}`;
    if (job.state === "queued") {
      const title = job.place > 1 ? `Number ${job.place} in the queue` : "Next in the queue";
      this.fill(title, about, null, left(job.seconds_left), this.cancel);
      document.title = `Waiting · Sound Lasso`;
    } else if (job.state === "running") {
      const percent = `${Math.round(100 * job.progress)} %`;
      const title = PHASES[job.phase] ?? "Working";
      const time = [job.phase === "loading" ? "" : percent, left(job.seconds_left)].filter(Boolean).join(" · ");
      this.fill(title, about, job.phase === "loading" ? null : job.progress, time, this.cancel);
      document.title = `${percent} · Sound Lasso`;
    } else if (job.state === "failed") {
      this.problem("That did not work", `${job.problem[0].toUpperCase()}${job.problem.slice(1)}.`);
    } else if (job.state === "cancelled") {
      this.problem("Cancelled", about);
    }
  }

  /** Says that what is shown may not be so any more. */
  lost(text) {
    if (this.section.hidden) return;
    if (this.time.textContent !== text) announce(text);
    this.time.textContent = text;
  }

  problem(title, detail) {
    this.fill(title, detail, undefined, "", this.retry);
    announce(`${title}. ${detail}`);
    document.title = `${title} · Sound Lasso`;
  }

  fill(title, detail, share, time, button) {
    if (this.title.textContent !== title) announce(title);
    this.title.textContent = title;
    this.detail.textContent = detail;
    this.time.textContent = time;
    if (share === null) this.bar.removeAttribute("value");
    else if (share !== undefined) this.bar.value = share;
    const parts = [this.title, this.detail, share === undefined ? null : this.bar, this.time, button];
    const wanted = parts.filter(Boolean);
    const focused = this.section.contains(document.activeElement);
    if (wanted.some((part, i) => this.section.children[i] !== part) || this.section.children.length !== wanted.length) {
      this.section.replaceChildren(...wanted);
    }
    this.section.hidden = false;
    // Its button may have gone from under the finger.
    if (focused && !this.section.contains(document.activeElement)) this.section.focus({ preventScroll: true });
  }

  hide() {
    this.section.hidden = true;
    this.section.replaceChildren();
    document.title = "Sound Lasso";
  }
}
