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
    let sent = false;
    signal.addEventListener("abort", () => {
      // Once all of it is there, it becomes a job: its answer says which, and that one is cancelled.
      if (!sent) request.abort();
      reject(signal.reason);
    });
    request.upload.addEventListener("load", () => {
      sent = true;
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
      if (request.status === 202 && signal.aborted) cancel(body.id).catch(() => {});
      else if (request.status === 202) resolve(body);
      else reject(new Problem(request.status, body.detail));
    });
    request.send(form);
  });
}

const FINAL = ["done", "failed", "cancelled"];
const POLL = 1000;

/**
 * Follows a job until its end; returns what to call to stop following.
 * By events while the page is seen, and by asking now and then where they cannot be had or nobody
 * looks: a browser has few connections to a server, for all of its tabs. `onLost` is told of
 * trouble on the way, which may pass.
 */
export function follow(id, onChange, onGone, onLost) {
  let failures = 0;
  let source = null;
  let timer = null;
  let round = 0;
  const quiet = () => {
    round += 1;
    source?.close();
    source = null;
    clearTimeout(timer);
  };
  const stop = () => {
    quiet();
    document.removeEventListener("visibilitychange", begin);
  };
  const tell = (job) => {
    failures = 0;
    if (FINAL.includes(job.state)) stop();
    onChange(job);
  };
  const gone = () => {
    stop();
    onGone();
  };
  const poll = async () => {
    const now = round;
    try {
      const job = await show(id);
      if (now !== round) return;
      timer = setTimeout(poll, POLL);
      tell(job);
    } catch (problem) {
      if (now !== round) return;
      if (problem.status === 404) {
        gone();
      } else {
        timer = setTimeout(poll, 3 * POLL);
        onLost(problem.message);
      }
    }
  };
  const listen = () => {
    source = new EventSource(`${BASE}/${id}/events`);
    source.addEventListener("message", (event) => tell(JSON.parse(event.data)));
    source.addEventListener("deleted", gone);
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
  };
  const begin = () => {
    quiet();
    if (document.hidden) poll();
    else listen();
  };
  document.addEventListener("visibilitychange", begin);
  begin();
  return stop;
}
