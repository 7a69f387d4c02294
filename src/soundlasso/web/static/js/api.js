// The API that the page is made of.

const BASE = "/api/v1/separations";

/** An answer that says what went wrong. */
export class Problem extends Error {
  constructor(status, detail) {
    super(detail);
    this.status = status;
  }
}

async function problemOf(response) {
  try {
    return new Problem(response.status, (await response.json()).detail);
  } catch {
    return new Problem(response.status, `The server answered ${response.status}.`);
  }
}

async function ask(address, options) {
  let response;
  try {
    response = await fetch(address, options);
  } catch {
    throw new Problem(0, "The server cannot be reached. Does it still run?");
  }
  if (!response.ok) throw await problemOf(response);
  return response.status === 204 ? null : response.json();
}

export const show = (id) => ask(`${BASE}/${id}`);
export const cancel = (id) => ask(`${BASE}/${id}/cancel`, { method: "POST" });
export const remove = (id) => ask(`${BASE}/${id}`, { method: "DELETE" });
export const picture = (address) => ask(address);

/** Sends a form; `onProgress` is told how much of it is sent, 0 to 1. */
export function create(form, onProgress, signal) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    signal.addEventListener("abort", () => {
      request.abort();
      reject(signal.reason);
    });
    request.open("POST", BASE);
    request.responseType = "text";
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) onProgress(event.loaded / event.total);
    });
    request.addEventListener("error", () =>
      reject(new Problem(0, "The recording could not be sent. Does the server still run?")),
    );
    request.addEventListener("load", () => {
      let body = {};
      try {
        body = JSON.parse(request.responseText);
      } catch {
        body = { detail: `The server answered ${request.status}.` };
      }
      if (request.status === 202) resolve(body);
      else reject(new Problem(request.status, body.detail));
    });
    request.send(form);
  });
}

const FINAL = ["done", "failed", "cancelled"];
const POLL = 1000;

/**
 * Follows a job until its end; returns what to call to stop following.
 * By events, and by asking now and then where events cannot be had. `onLost` is told of trouble
 * on the way, which may pass.
 */
export function follow(id, onChange, onGone, onLost) {
  let failures = 0;
  let source = new EventSource(`${BASE}/${id}/events`);
  let timer = null;
  const stop = () => {
    source?.close();
    source = null;
    clearTimeout(timer);
    timer = null;
  };
  const tell = (job) => {
    failures = 0;
    if (FINAL.includes(job.state)) stop();
    onChange(job);
  };
  const poll = async () => {
    try {
      const job = await show(id);
      if (timer === null) return;
      timer = setTimeout(poll, POLL);
      tell(job);
    } catch (problem) {
      if (problem.status === 404) {
        stop();
        onGone();
      } else if (timer !== null) {
        timer = setTimeout(poll, 3 * POLL);
        onLost(problem.message);
      }
    }
  };
  source.addEventListener("message", (event) => tell(JSON.parse(event.data)));
  source.addEventListener("deleted", () => {
    stop();
    onGone();
  });
  source.addEventListener("error", () => {
    // Browsers connect again by themselves, unless the answer was an error. Once is no trouble:
    // the server ends what has lasted long.
    failures += 1;
    if (failures > 1) onLost("The server cannot be reached; trying again …");
    if (source?.readyState === EventSource.CLOSED) {
      source = null;
      timer = setTimeout(poll, 0);
    }
  });
  return stop;
}
