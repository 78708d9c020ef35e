/**
 * From the fields of a screen to answers, and back: what the forms of the server accept, and the
 * key of the words for what they refuse.
 */

import { agrees, isBoxed, join, split, strip } from "./boxes.js";

/** @typedef {Map<string, string[]>} Fields  What was filled in, by name of the field. */
/** @typedef {Record<string, string>} Answers */

const SKIP = "skip";

const fieldName = (item, part) => (part ? `${item.name}_${part}` : item.name);
const values = (fields, name) => (fields.get(name) ?? []).filter(Boolean);

/** Return the answer of one item, or the key of the words that say what is wrong.
 * @param {any} item @param {Fields} fields @param {Answers} before
 * @returns {{answer?: string, error?: string}} */
function readOne(item, fields, before) {
  if (isBoxed(item)) return readBoxes(item, fields);
  const chosen = values(fields, item.name);
  if (item.isMultiple) {
    const offered = [...item.codes, ...item.waysOut];
    const alone = [...item.alone, ...item.waysOut];
    if (chosen.some((code) => !offered.includes(code))) return { error: "answer.unknown" };
    if (new Set(chosen).size > 1 && chosen.some((code) => alone.includes(code))) {
      return { error: "answer.exclusive" };
    }
    return { answer: offered.filter((code) => chosen.includes(code)).join(" ") || SKIP };
  }
  if (!chosen.length) return item.required ? { error: "answer.required" } : { answer: SKIP };
  const offered = item.isList ? within(item, before) : [...item.offered, ...item.waysOut];
  const isOffered = offered.includes(chosen[0]) && chosen.length === 1;
  return isOffered ? { answer: chosen[0] } : { error: "answer.unknown" };
}

/** Return the places that a list offers: those of the area that was chosen, if one was.
 * @param {any} item @param {Answers} before @returns {string[]} */
export function within(item, before) {
  const area = before[`${item.name}_area`];
  return area ? item.offered.filter((code) => item.parents[code] === area) : item.offered;
}

function readBoxes(item, fields) {
  const names = new Set(["", ...item.parts]);
  const sent = [...names].map((part) => [
    part, values(fields, fieldName(item, part)).filter((each) => strip(each)),
  ]);
  const parts = Object.fromEntries(sent.filter(([, each]) => each.length)
    .map(([part, each]) => [part, each[0]]));
  const wayOut = item.waysOut.includes(parts[""]) ? parts[""] : "";
  const hasSeveral = sent.some(([, each]) => each.length > 1);
  if (hasSeveral || (wayOut && Object.keys(parts).length > 1)) return { error: "answer.exclusive" };
  if (wayOut) return { answer: wayOut };
  if ("" in parts && !item.parts.includes("")) return { error: "answer.unknown" };
  const joined = join(item, parts);
  return joined === null ? { error: item.refusal } : { answer: joined || SKIP };
}

/** Return the valid answers of `items`, and the key of the words for each that is not valid.
 * @param {any[]} items @param {Fields} fields @param {Answers} before
 * @returns {{answers: Answers, errors: Map<string, string>}} */
export function readAnswers(items, fields, before) {
  const answers = {};
  const errors = new Map();
  for (const item of items) {
    const { answer, error } = readOne(item, fields, before);
    if (error) errors.set(item.name, error);
    else answers[item.name] = answer;
  }
  const together = { ...before, ...answers };
  for (const item of items) {
    if (item.name in together && !agrees(item, together[item.name], together)) {
      errors.set(item.name, item.refusal);
      delete answers[item.name];
    }
  }
  return { answers, errors };
}

/** Return the fields that show an answer again.
 * @param {any} item @param {string | undefined} answer @returns {Fields} */
export function fieldsOf(item, answer) {
  if (answer === undefined || answer === SKIP || answer === "not_shown") return new Map();
  if (item.isMultiple) return new Map([[item.name, answer.split(" ")]]);
  if (!isBoxed(item) || item.waysOut.includes(answer)) return new Map([[item.name, [answer]]]);
  return new Map(Object.entries(split(item, answer))
    .map(([part, value]) => [fieldName(item, part), [value]]));
}
