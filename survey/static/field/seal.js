/** Answers become a parcel that only the keys of the round open, before anything is kept. */

import { Encrypter } from "./vendor/age.js";

/** @typedef {{round: string, token: string, instrument_sha256: string, sealed: string}} Parcel */

/** The smallest size of what is sealed; each further one is twice the one before (as on the
 * server), so that its length tells little. */
const SMALLEST = 1024;

const hex = (bytes) => [...bytes].map((each) => each.toString(16).padStart(2, "0")).join("");

function base64(bytes) {
  let binary = "";
  for (const each of bytes) binary += String.fromCharCode(each);
  return btoa(binary);
}

function padded(content) {
  let size = SMALLEST;
  while (size < content.length) size *= 2;
  const filled = new Uint8Array(size).fill(32);
  filled.set(content);
  return filled;
}

/** Return the parcel of one person's answers, under a new random token.
 * @param {any} kit @param {Record<string, string>} answers @returns {Promise<Parcel>} */
export async function seal(kit, answers) {
  const encrypter = new Encrypter();
  for (const recipient of kit.recipients) encrypter.addRecipient(recipient);
  const sealed = await encrypter.encrypt(padded(new TextEncoder().encode(JSON.stringify(answers))));
  return {
    round: kit.round,
    token: hex(crypto.getRandomValues(new Uint8Array(16))),
    instrument_sha256: kit.sha256,
    sealed: base64(sealed),
  };
}
