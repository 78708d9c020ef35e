/** What waits on this phone, what was sent last, and the ways out: beside no question, ever. */

import { handOver } from "./handover.js";
import { nodes } from "./screen.js";

const one = (root, kind, name) => root.querySelector(`[data-${kind}="${name}"]`);

/** Shows the outbox to whoever holds the phone between two people. */
export class Panel {
  /** @param {HTMLElement} place @param {import("./outbox.js").Outbox} outbox
   * @param {{send: () => void, leave: () => void}} acts
   * @param {boolean} isShared  at a kiosk nobody who passes by may remove what waits */
  constructor(place, outbox, acts, isShared) {
    this.place = place;
    this.outbox = outbox;
    this.acts = acts;
    this.isShared = isShared;
    this.state = "idle";
    place.addEventListener("click", (event) => this.act(event.target.dataset?.do));
  }

  /** Show the panel in the language of `pieces`. @param {any} pieces @param {string} language */
  async show(pieces, language) {
    this.words = pieces.words;
    this.language = language;
    this.place.replaceChildren(nodes(pieces.panel));
    this.place.querySelector("[data-do=leave]").hidden = this.isShared;
    this.place.hidden = false;
    await this.refresh();
  }

  hide() {
    this.place.hidden = true;
    this.place.replaceChildren();
  }

  /** Say how things stand. @param {string} [state] */
  async refresh(state = this.state) {
    this.state = state;
    if (this.place.hidden) return;
    const all = await this.outbox.all();
    const sent = await this.outbox.lastSent();
    const kept = all.filter(({ refused }) => refused);
    if (!one(this.place, "say", "state")) return; // it was hidden meanwhile
    const waiting = all.length - kept.length;
    const still = waiting ? (state === "idle" ? "waiting" : state) : "idle";
    const said = this.words[`state.${kept.length && !waiting ? "kept" : still}`];
    one(this.place, "say", "state").textContent = said;
    one(this.place, "say", "waiting").textContent = String(waiting);
    one(this.place, "say", "sent").textContent = sent ? this.day(sent) : this.words.never;
    one(this.place, "do", "leave").hidden = this.isShared && all.length > 0;
    one(this.place, "part", "kept").hidden = !kept.length;
    one(this.place, "say", "kept").replaceChildren(...this.reasons(kept));
  }

  day(written) {
    const shape = { dateStyle: "long", timeZone: "UTC", numberingSystem: "latn" };
    return new Intl.DateTimeFormat(this.language, shape).format(new Date(written));
  }

  /** Return a line for each reason, with how many it holds for. */
  reasons(kept) {
    const counts = new Map();
    for (const { refused } of kept) counts.set(refused, (counts.get(refused) ?? 0) + 1);
    return [...counts].map(([status, count]) => {
      const line = document.createElement("li");
      const reason = this.words[`reason.${status}`] ?? this.words["reason.other"];
      line.dataset.status = String(status);
      line.textContent = `${count} · ${reason}`;
      return line;
    });
  }

  async act(wished) {
    if (wished === "send") {
      const kept = (await this.outbox.all()).filter(({ refused }) => refused);
      for (const each of kept) await this.outbox.mark(each, 0);
      this.acts.send();
    } else if (wished === "file") {
      handOver((await this.outbox.all()).map(({ parcel }) => parcel));
      one(this.place, "part", "handed").hidden = false;
    } else if (wished === "leave") this.acts.leave();
  }
}
