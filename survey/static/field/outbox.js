/**
 * The parcels of this phone, in its own database: sealed, under their random tokens, without a
 * time or an order. The only place where this page stores something.
 */

/** @typedef {import("./seal.js").Parcel} Parcel */
/** @typedef {{token: string, parcel: Parcel, refused: number}} Kept  `refused` is a status, or 0. */

const PARCELS = "parcels";
const FACTS = "facts";
const SENT = "last day something was sent";

const wished = (request) => new Promise((done, fail) => {
  request.onsuccess = () => done(request.result);
  request.onerror = () => fail(request.error);
});

/** The outbox of one round. */
export class Outbox {
  /** @param {string} round */
  constructor(round) {
    this.name = `sixfold ${round}`;
    this.database = undefined;
  }

  async open() {
    if (this.database) return this.database;
    const request = indexedDB.open(this.name, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore(PARCELS, { keyPath: "token" });
      request.result.createObjectStore(FACTS);
    };
    const database = await wished(request);
    // Another page removes everything, or the browser closed it: open it anew when it is needed.
    database.onversionchange = () => { database.close(); this.database = undefined; };
    database.onclose = () => { this.database = undefined; };
    this.database = database;
    return database;
  }

  async write(store, change) {
    const database = await this.open();
    const work = database.transaction(store, "readwrite", { durability: "strict" });
    const done = new Promise((kept, fail) => {
      work.oncomplete = () => kept(undefined);
      work.onabort = () => fail(work.error);
    });
    change(work.objectStore(store));
    await done;
  }

  async read(store, ask) {
    const database = await this.open();
    return wished(ask(database.transaction(store).objectStore(store)));
  }

  /** Keep a parcel; when this returns it is on the disk. It throws when there is no room.
   * @param {Parcel} parcel */
  async keep(parcel) {
    await this.write(PARCELS, (store) => store.put({ token: parcel.token, parcel, refused: 0 }));
  }

  /** Return everything that is kept, in the order of the random tokens. @returns {Promise<Kept[]>} */
  all() {
    return this.read(PARCELS, (store) => store.getAll());
  }

  /** Note that the server did not take a parcel, or that it shall be tried again (0).
   * @param {Kept} kept @param {number} refused */
  async mark(kept, refused) {
    await this.write(PARCELS, (store) => store.put({ ...kept, refused }));
  }

  /** Forget a parcel that is stored on the server, and remember the day, no more of it.
   * @param {string} token */
  async delivered(token) {
    await this.write(PARCELS, (store) => store.delete(token));
    const day = new Date().toISOString().slice(0, 10);
    // The parcel is gone, so a day that cannot be noted is no reason to try again.
    await this.write(FACTS, (store) => store.put(day, SENT)).catch(() => {});
  }

  /** Return the last day on which something was sent, as 2026-05-01. @returns {Promise<string>} */
  async lastSent() {
    return (await this.read(FACTS, (store) => store.get(SENT))) ?? "";
  }

  /** Remove all of it from this phone. */
  async remove() {
    this.database?.close();
    this.database = undefined;
    await wished(indexedDB.deleteDatabase(this.name));
  }
}
