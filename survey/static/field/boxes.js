/**
 * Answers that are put together from several boxes, as the question types of the server do it
 * (questionnaires/types/): `join` returns the answer of the parts, "" for none, and null for what
 * cannot be stored; `split` takes an answer apart again.
 */

/** @typedef {Record<string, string>} Parts */

const UNCLEAN = /[\0-\x08\x0b-\x1f\x7f-\x9f\p{Cs}\u202a-\u202e\u2066-\u2069]/u;
const NO_ANSWER = new Set(["dk", "pnta", "skip", "na", "not_shown", "invalid"]);
const OTHER_DIGITS = "٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹";

/** What the server takes for blanks; a browser's \s differs from it by a few signs. */
const BLANKS = "[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]+";
const ENDS = new RegExp(`^${BLANKS}|${BLANKS}$`, "gu");

/** Return a text without the blanks around it. @param {string} written @returns {string} */
export const strip = (written) => written.replace(ENDS, "");

/** Return the whole number that is written in Latin, Arabic or Persian digits, else null.
 * @param {string} written @param {number} longest @returns {number | null} */
export function wholeNumber(written, longest = 9) {
  const digits = strip(written).replace(/[٠-٩۰-۹]/g, (each) => OTHER_DIGITS.indexOf(each) % 10);
  return /^[0-9]+$/.test(digits) && digits.length <= longest ? Number(digits) : null;
}

const part = (parts, name) => strip(parts[name] ?? "");
const isDistinct = (codes) => new Set(codes).size === codes.length;

function number(item, parts) {
  const written = part(parts, "");
  if (!written) return "";
  const found = wholeNumber(written);
  return found !== null && found >= item.least && found <= item.most ? String(found) : null;
}

function date(item, parts) {
  const written = item.parts.map((name) => part(parts, name)).reverse();
  if (!written.some(Boolean)) return "";
  const numbers = written.map((each) => wholeNumber(each, 4));
  if (numbers.includes(null)) return null;
  const joined = numbers.map((n, place) => String(n).padStart(place ? 2 : 4, "0")).join("-");
  const [year, month = 1, day = 1] = numbers;
  const found = new Date(Date.UTC(year, month - 1, day));
  const isDay = found.getUTCMonth() === month - 1 && found.getUTCDate() === day;
  const isLong = joined.length === { 1: 4, 2: 7, 3: 10 }[numbers.length];
  const isWithin = (!item.least || item.least <= joined) && (!item.most || joined <= item.most);
  return isDay && isLong && year >= 1900 && isWithin ? joined : null;
}

function text(item, parts) {
  const typed = (parts[""] ?? "").replaceAll("\r\n", "\n").replaceAll("\t", " ");
  const written = strip(typed).normalize("NFC");
  const isClean = !UNCLEAN.test(written) && (item.lines > 1 || !written.includes("\n"));
  const isShort = [...written].length <= item.limit;
  return isClean && isShort && !NO_ANSWER.has(written) ? written : null;
}

function ranking(item, parts) {
  const ranked = item.parts.map((rank) => parts[rank] ?? "");
  const chosen = ranked.filter(Boolean);
  const isWhole = chosen.every((code, place) => ranked[place] === code) && isDistinct(chosen);
  const isAlone = chosen.length < 2 || !chosen.some((code) => item.alone.includes(code));
  const isKnown = chosen.every((code) => item.codes.includes(code));
  return isWhole && isAlone && isKnown ? chosen.join(" ") : null;
}

function bestWorst(item, parts) {
  const pair = item.parts.map((name) => parts[name] ?? "");
  if (!pair.some(Boolean)) return "";
  const isKnown = pair.every((code) => item.codes.includes(code));
  return isKnown && isDistinct(pair) ? pair.join(" ") : null;
}

function votes(item, parts) {
  const written = item.codes.map((code) => [code, part(parts, code)]).filter(([, each]) => each);
  const counts = written.map(([code, each]) => [code, wholeNumber(each, 5)]);
  if (counts.some(([, count]) => count === null)) return null;
  return counts.filter(([, count]) => count).map(([code, count]) => `${code}:${count}`).join(" ");
}

const JOIN = { number, date, text, ranking, best_worst: bestWorst, votes };

/** Tell whether an item is answered in boxes. @param {any} item */
export const isBoxed = (item) => Object.hasOwn(JOIN, item.type);

/** Return the answer that the boxes hold: "" for none, null for what cannot be stored.
 * @param {any} item @param {Parts} parts @returns {string | null} */
export const join = (item, parts) => JOIN[item.type](item, parts);

/** Return what the boxes of an answer hold, by part; the box of the item's own name is "".
 * @param {any} item @param {string} answer @returns {Parts} */
export function split(item, answer) {
  if (item.type === "votes") {
    return Object.fromEntries(answer.split(" ").map((each) => each.split(":")));
  }
  if (item.type === "date") {
    const numbers = answer.split("-").map((each) => String(Number(each)));
    return Object.fromEntries(["year", "month", "day"].slice(0, numbers.length)
      .map((name, place) => [name, numbers[place]]));
  }
  if (item.type === "ranking" || item.type === "best_worst") {
    const codes = answer.split(" ");
    return Object.fromEntries(codes.map((code, place) => [item.parts[place], code]));
  }
  return { "": answer };
}

/** Tell whether an answer can stand beside the others: no more tokens than the voters had, no
 * higher count than the statements that were shown.
 * @param {any} item @param {string} answer @param {Parts} answers @returns {boolean} */
export function agrees(item, answer, answers) {
  if (item.type === "list_experiment") {
    return answers[`${item.name}_arm`] !== "control" || answer !== item.offered.at(-1);
  }
  if (item.type !== "votes" || NO_ANSWER.has(answer)) return true;
  const voters = wholeNumber(answers[item.voters] ?? "");
  const given = Object.values(split(item, answer)).map(Number);
  return voters === null || given.reduce((sum, each) => sum + each, 0) <= voters * item.tokens;
}
