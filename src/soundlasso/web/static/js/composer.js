// The form: which recording, which sounds.

import { $, announce, h, icon, ICONS } from "./dom.js";
import { available, Recorder } from "./recorder.js";
import { clock, megabytes } from "./words.js";

/** Names a field and the button that removes it. */
function nameRow(input, label, removal) {
  input.setAttribute("aria-label", label);
  input.parentElement.querySelector("button")?.setAttribute("aria-label", removal);
}

export class Composer {
  /** `onSubmit(form, name)` is given what to send. */
  constructor({ limits, onSubmit }) {
    this.limits = limits;
    this.onSubmit = onSubmit;
    this.source = null;
    this.recorder = null;
    this.form = $("composer");
    this.form.addEventListener("change", () => this.wiredMode());
    this.addQuery("");
    this.wireSource();
    this.wireWish();
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
  }

  wireSource() {
    $("choose").addEventListener("click", () => $("file").click());
    $("file").addEventListener("change", () => this.chooseFile($("file").files[0]));
    const drop = $("drop");
    // Anywhere on the page will do.
    for (const type of ["dragenter", "dragover"]) {
      document.addEventListener(type, (event) => {
        if (![...event.dataTransfer.types].includes("Files")) return;
        event.preventDefault();
        drop.classList.add("over");
      });
    }
    document.addEventListener("dragleave", (event) => {
      if (!event.relatedTarget) drop.classList.remove("over");
    });
    document.addEventListener("drop", (event) => {
      drop.classList.remove("over");
      const { files, types } = event.dataTransfer;
      const isFile = [...types].includes("Files");
      // Words go where they are dropped; elsewhere some browsers would follow them.
      if (!isFile && event.target.closest?.("input, textarea")) return;
      event.preventDefault();
      if (!isFile) return;
      this.chooseFile(files[0]);
      if (files.length > 1) this.problem(`One recording at a time: only “${files[0].name}” was taken.`);
    });
    document.addEventListener("paste", (event) => {
      const data = event.clipboardData;
      // Office programs put a picture of the words beside them.
      if (data?.files.length && !data.types.includes("text/plain")) this.chooseFile(data.files[0]);
    });
    $("chosen-clear").addEventListener("click", () => {
      this.choose(null);
      $("choose").focus();
    });
    for (const chip of document.querySelectorAll("[data-sample]")) {
      chip.addEventListener("click", () => this.chooseSample(chip));
    }
    this.wireRecorder();
  }

  wireRecorder() {
    if (!available()) {
      $("record").disabled = true;
      $("record").title = "Browsers let a page record only at localhost or over https";
      return;
    }
    $("record").addEventListener("click", () => this.record());
    $("record-stop").addEventListener("click", async () => {
      const { recorder } = this;
      if (!recorder) return;
      this.recorder = null;
      const file = await recorder.stop();
      this.panel("idle");
      this.chooseFile(file);
    });
    $("record-discard").addEventListener("click", async () => {
      await this.endRecording();
      this.panel("idle");
      $("record").focus();
    });
  }

  async record() {
    if (this.recorder) return;
    const recorder = new Recorder((level, seconds) => {
      $("record-level").value = Math.sqrt(level);
      $("record-time").textContent = clock(seconds);
      if (seconds >= this.limits.seconds) $("record-stop").click();
    });
    this.recorder = recorder;
    try {
      await recorder.start();
    } catch (error) {
      await recorder.discard();
      if (this.recorder !== recorder) return;
      this.recorder = null;
      this.problem(error.name === "NotAllowedError" ? "The browser was not allowed to use the microphone." : "No microphone can be used.");
      return;
    }
    // Something else was chosen while the browser asked for the microphone.
    if (this.recorder !== recorder) {
      await recorder.discard();
      return;
    }
    this.problem("");
    this.panel("recording");
    $("record-stop").focus();
  }

  /** Lets go of the microphone and of what was recorded. */
  async endRecording() {
    const { recorder } = this;
    this.recorder = null;
    await recorder?.discard();
  }

  wireWish() {
    $("add-query").addEventListener("click", () => this.addQuery("").focus());
    $("model").addEventListener("change", () => {
      $("model-summary").textContent = $("model").selectedOptions[0].dataset.summary;
    });
    $("add-not").addEventListener("click", () => this.addUnwanted("").focus());
    for (const chip of document.querySelectorAll("[data-query]")) {
      chip.addEventListener("click", () => this.suggest(chip.dataset.query));
    }
  }

  /** Puts an example where there is room for it. */
  suggest(query) {
    const inputs = this.inputs();
    const free = inputs.find((input) => !input.value.trim()) ?? (inputs.length === 1 ? inputs[0] : null);
    const input = free ?? (inputs.length < this.limits.queries ? this.addQuery("") : inputs.at(-1));
    input.value = query;
    input.focus();
  }

  inputs() {
    return [...$("queries").querySelectorAll("input")];
  }

  addQuery(text) {
    const first = !this.inputs().length;
    const input = h("input", {
      type: "text", name: "query", value: text, maxLength: this.limits.letters, autocomplete: "off",
      placeholder: first ? "a dog barking" : "another sound, as a stem of its own", enterKeyHint: "go",
    });
    const row = h("div", { class: "query" }, input,
      first ? null : h("button", {
        type: "button", class: "ghost icon",
        on: { click: () => { row.remove(); this.countQueries(); this.inputs()[0].focus(); } },
      }, icon(ICONS.close)));
    $("queries").append(row);
    this.countQueries();
    return input;
  }

  /** What must not remain in the others. */
  addUnwanted(text) {
    const input = h("input", {
      type: "text", value: text, maxLength: this.limits.letters, autocomplete: "off",
      placeholder: "what must not remain", enterKeyHint: "go",
    });
    const row = h("div", { class: "query unwanted" }, h("span", { class: "hint", textContent: "but not" }), input,
      h("button", {
        type: "button", class: "ghost icon",
        on: { click: () => { row.remove(); this.countQueries(); $("add-not").focus(); } },
      }, icon(ICONS.close)));
    $("unwanted").append(row);
    this.countQueries();
    return input;
  }

  unwanted() {
    return [...$("unwanted").querySelectorAll("input")];
  }

  get mode() {
    return this.form.elements.mode.value;
  }

  wiredMode() {
    // What is removed is removed whole.
    $("unwanted").hidden = this.mode === "remove";
    this.countQueries();
  }

  /** Numbers what is asked for, and lets no more be asked than may be. */
  countQueries() {
    this.inputs().forEach((input, i) => {
      nameRow(input, i ? `Another sound, number ${i + 1}` : "What you want to hear", `Remove sound number ${i + 1}`);
    });
    this.unwanted().forEach((input, i) => {
      const which = i ? `, number ${i + 1}` : "";
      nameRow(input, `What must not remain${which}`, `Remove what must not remain${which}`);
    });
    $("add-query").hidden = this.inputs().length >= this.limits.queries;
    $("add-not").hidden = this.mode === "remove" || this.unwanted().length >= this.limits.queries;
  }

  setQueries(queries, unwanted = []) {
    $("queries").replaceChildren();
    $("unwanted").replaceChildren();
    (queries.length ? queries : [""]).forEach((query) => this.addQuery(query));
    unwanted.forEach((query) => this.addUnwanted(query));
  }

  panel(name) {
    for (const one of ["idle", "recording", "chosen"]) {
      document.querySelector(`.drop-${one}`).hidden = one !== name;
    }
  }

  chooseFile(file) {
    if (!file) return;
    if (file.size > this.limits.bytes) {
      this.choose(null);
      this.problem(`“${file.name}” has ${megabytes(file.size)}; up to ${megabytes(this.limits.bytes)} can be sent.`);
      return;
    }
    this.choose({ kind: "file", file, name: file.name, detail: megabytes(file.size), address: URL.createObjectURL(file) });
  }

  chooseSample(chip) {
    const { sample, queries, credit, seconds } = chip.dataset;
    this.choose({ kind: "sample", sample, name: chip.textContent, detail: `${clock(Number(seconds))} · ${credit}`, address: `/api/v1/samples/${sample}` });
    chip.setAttribute("aria-pressed", "true");
    const [first] = this.inputs();
    const listed = queries.split("|");
    const untouched = this.inputs().length === 1 && (!first.value.trim() || this.suggested === first.value);
    if (untouched) {
      first.value = listed[0];
      this.suggested = listed[0];
    }
  }

  /** One of an earlier job's sounds. */
  chooseEarlier(job, links, name) {
    this.choose({ kind: "separation", separation: job.id, track: links.track, name, detail: `from ${job.file.name}`, address: links.wav });
    this.setQueries([]);
    this.form.scrollIntoView({ block: "start" });
    this.inputs()[0].focus({ preventScroll: true });
  }

  choose(source) {
    this.endRecording();
    if (this.source?.kind === "file") URL.revokeObjectURL(this.source.address);
    this.source = source;
    this.problem("");
    $("file").value = "";
    document.querySelectorAll("[data-sample]").forEach((chip) => chip.setAttribute("aria-pressed", "false"));
    const audio = $("chosen-audio");
    audio.hidden = false;
    audio.onerror = () => { audio.hidden = true; };
    audio.ondurationchange = () => this.measured(audio.duration);
    if (!source) {
      audio.removeAttribute("src");
      this.panel("idle");
      return;
    }
    audio.src = source.address;
    $("chosen-name").textContent = source.name;
    $("chosen-detail").textContent = source.detail;
    this.panel("chosen");
    announce(`Chosen: ${source.name}`);
  }

  measured(seconds) {
    if (this.source?.kind !== "file" || !Number.isFinite(seconds)) return;
    $("chosen-detail").textContent = `${clock(seconds)} · ${megabytes(this.source.file.size)}`;
    if (seconds > this.limits.seconds + 1) {
      this.problem(`“${this.source.name}” is ${clock(seconds)} long; up to ${clock(this.limits.seconds)} can be worked on here.`);
    }
  }

  problem(text) {
    const box = $("composer-problem");
    box.textContent = text;
    box.hidden = !text;
  }

  submit() {
    if (this.sending) return;
    const queries = this.inputs().map((input) => input.value.trim()).filter(Boolean);
    if (!this.source) {
      this.problem("Choose a recording first: drop a file, record, or try one of the samples.");
      $("choose").focus();
      return;
    }
    if (!queries.length) {
      this.problem("Say what you want to hear, such as: a dog barking.");
      this.inputs()[0].focus();
      return;
    }
    this.problem("");
    const form = new FormData();
    queries.forEach((query) => form.append("query", query));
    const unwanted = this.mode === "remove" ? [] : this.unwanted().map((input) => input.value.trim());
    unwanted.filter(Boolean).forEach((query) => form.append("not", query));
    form.append("mode", this.mode);
    form.append("model", $("model").value);
    const { kind } = this.source;
    if (kind === "file") form.append("file", this.source.file, this.source.name);
    else if (kind === "sample") form.append("sample", this.source.sample);
    else {
      form.append("separation", this.source.separation);
      form.append("track", this.source.track);
    }
    this.onSubmit(form, this.source.name);
  }

  /** Not disabled, which would take the focus away from who has just pressed it. */
  set busy(busy) {
    this.sending = busy;
    $("submit").setAttribute("aria-disabled", String(busy));
  }
}
