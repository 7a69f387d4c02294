// Times, sizes and levels in words.

export function clock(seconds, digits = 0) {
  const whole = digits ? seconds : Math.round(seconds);
  const minutes = Math.floor(whole / 60);
  const rest = (whole - 60 * minutes).toFixed(digits).padStart(digits ? 3 + digits : 2, "0");
  return `${minutes}:${rest}`;
}

export function left(seconds) {
  if (seconds === null || seconds === undefined) return "";
  if (seconds < 2) return "almost done";
  if (seconds < 90) return `about ${Math.round(seconds)} seconds left`;
  return `about ${Math.round(seconds / 60)} minutes left`;
}

export function megabytes(bytes) {
  if (bytes < 1e5) return `${Math.max(1, Math.round(bytes / 1e3))} kB`;
  return `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;
}

export function list(queries) {
  return queries.map((query) => `“${query}”`).join(", ");
}

export function ago(date) {
  const minutes = Math.round((Date.now() - new Date(date).getTime()) / 60000);
  if (minutes < 1) return "just now";
  if (minutes < 60) return `${minutes} min ago`;
  if (minutes < 48 * 60) return `${Math.round(minutes / 60)} h ago`;
  return `${Math.round(minutes / 1440)} days ago`;
}

/** A date, as short as its time zone and language allow. */
export function moment(date) {
  return new Date(date).toLocaleString([], { weekday: "short", hour: "numeric", minute: "2-digit" });
}

/** What a result says of whether a sound is there; `bad` where it is not. */
export function hearing({ query, presence, heard }, level) {
  if (heard !== null) {
    const sure = `${Math.round(100 * presence)} %`;
    return heard
      ? { bad: false, text: `“${query}” was heard, ${sure} sure.` }
      : { bad: true, text: `Not heard: “${query}” does not seem to be in this recording (${sure} sure that it is).` };
  }
  if (level === null) return { bad: true, text: `Not heard: nothing in this recording answers to “${query}”.` };
  const decibels = Math.abs(Math.round(level));
  if (level < -20) {
    return { bad: true, text: `Hardly heard: what answers to “${query}” is ${decibels} dB below the recording, so it is probably not there.` };
  }
  return { bad: false, text: `“${query}” is ${decibels} dB ${level < 0 ? "below" : "above"} the recording.` };
}

/** What all results of a job say. */
export function said(job) {
  return job.results.flatMap((result) => result.heard.map((one) => hearing(one, result.level).text));
}

/** What a job asks for. */
export function asked(job) {
  const without = job.mode === "remove" ? "Without " : "";
  const unwanted = job.not?.length ? `, but not ${list(job.not)}` : "";
  return `${without}${list(job.queries)}${unwanted}`;
}
