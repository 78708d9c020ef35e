/**
 * Send what waits, one parcel after the other, until the server has said that it is stored.
 *
 * The token of a parcel makes a second try harmless, so whatever is in doubt is sent again. A
 * status of the server decides, and only when the reply is really of our server: a café's sign-in
 * page answers everything as well.
 */

/** @typedef {import("./outbox.js").Outbox} Outbox */
/** @typedef {"stored" | "refused" | "later"} Fate */

const SHORTEST = 1000;
const LONGEST = 5 * 60 * 1000;
const PATIENCE = 60 * 1000;
/** Statuses that speak of the moment, not of the parcel. */
const PASSING = new Set([408, 425, 429]);

/** Return what the server said about a parcel.
 * @param {import("./seal.js").Parcel} parcel @returns {Promise<{fate: Fate, status: number}>} */
async function post(parcel) {
  try {
    const reply = await fetch("/sync/responses", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(parcel),
      credentials: "omit",
      redirect: "error",
      signal: AbortSignal.timeout(PATIENCE),
    });
    const said = await reply.json();
    const { status } = reply;
    if (reply.ok && ["stored", "already stored"].includes(said.status)) return { fate: "stored", status };
    const isFinal = status >= 400 && status < 500 && !PASSING.has(status) && "error" in said;
    return { fate: isFinal ? "refused" : "later", status };
  } catch {
    return { fate: "later", status: 0 };
  }
}

/** Sends the parcels of an outbox; tells `changed` how it stands. */
export class Sending {
  /** @param {Outbox} outbox @param {(state: "idle" | "waiting" | "sending") => void} changed */
  constructor(outbox, changed) {
    this.outbox = outbox;
    this.changed = changed;
    this.failures = 0;
    this.timer = undefined;
    this.running = undefined;
    globalThis.addEventListener?.("online", () => this.soon());
    globalThis.document?.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") this.soon();
    });
  }

  /** Try now, whatever the last try came to; while one runs, wait for that. */
  soon() {
    this.failures = 0;
    return this.now();
  }

  /** @returns {Promise<void>} */
  now() {
    clearTimeout(this.timer);
    this.running ??= this.turn().finally(() => { this.running = undefined; });
    return this.running;
  }

  /** Let one page of this phone send at a time, where the browser can tell. */
  async turn() {
    const name = `${this.outbox.name} sending`;
    const all = (lock) => (lock ? this.all().catch(() => true) : true);
    const isAway = navigator.locks
      ? await navigator.locks.request(name, { ifAvailable: true }, all) : await all(true);
    if (!isAway) this.failures = 0;
    else this.later();
    this.changed(isAway ? "waiting" : "idle");
  }

  /** Send everything that waits. @returns {Promise<boolean>} whether something must wait */
  async all() {
    for (let sent = -1; sent !== 0;) { // what was added meanwhile is sent in the next round
      const waiting = (await this.outbox.all()).filter((kept) => !kept.refused);
      sent = waiting.length;
      for (const kept of waiting) {
        this.changed("sending");
        const { fate, status } = await post(kept.parcel);
        if (fate === "later") return true;
        if (fate === "stored") await this.outbox.delivered(kept.token);
        else await this.outbox.mark(kept, status);
        this.failures = 0;
      }
    }
    return false;
  }

  /** Try again after a while that doubles each time; chance keeps phones apart. */
  later() {
    const pause = Math.min(LONGEST, SHORTEST * 2 ** this.failures);
    this.failures += 1;
    this.timer = setTimeout(() => this.now(), pause * (0.5 + Math.random()));
  }
}
