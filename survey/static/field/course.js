/**
 * Which items are asked, given the answers so far: the same walk as the server takes
 * (questionnaires/logic/relevance.py), over the same expressions, compiled.
 */

/** @typedef {Record<string, string>} Answers */

const NONANSWERS = new Set(["dk", "pnta", "skip", "na", "not_shown", "invalid"]);

/** Return the value of `table` under `name`, or `missing`; names may be those of any object.
 * @param {Record<string, any>} table @param {string} name @param {any} missing */
export const own = (table, name, missing) => (Object.hasOwn(table, name) ? table[name] : missing);

/** Go through the form once.
 * @param {any} kit @param {any} logic @param {Answers} answers
 * @returns {{asked: Map<string, boolean>, known: Answers}} */
function walk(kit, logic, answers) {
  const asked = new Map();
  const known = {};
  const calculate = () => {
    for (const [name, value] of Object.entries(logic.calculations)) {
      known[name] = logic.text(value(known, ""));
    }
  };
  calculate();
  for (const name of kit.order) {
    const conditions = own(logic.conditions, name, []);
    asked.set(name, conditions.every((holds) => logic.truth(holds(known, ""))));
    if (!asked.get(name) || Object.hasOwn(logic.calculations, name)) continue;
    const answer = own(answers, name, "");
    if (answer && !NONANSWERS.has(answer)) {
      known[name] = answer;
      calculate();
    }
  }
  return { asked, known };
}

/** Return the items that are asked of somebody with these answers.
 * @param {any} kit @param {any} logic @param {Answers} answers @returns {Set<string>} */
export function shown(kit, logic, answers) {
  const { asked } = walk(kit, logic, answers);
  return new Set([...asked].filter(([, isAsked]) => isAsked).map(([name]) => name));
}

/** Return the answers without those to items that are no longer asked; what still waits for an
 * answer that decides about it stays.
 * @param {any} kit @param {any} logic @param {Answers} answers @returns {Answers} */
export function stillAsked(kit, logic, answers) {
  const kept = { ...answers };
  const decided = new Set();
  for (const [name, isAsked] of walk(kit, logic, answers).asked) {
    const isCertain = own(kit.waits, name, []).every((each) => decided.has(each));
    if (isCertain && (!isAsked || Object.hasOwn(answers, name))) decided.add(name);
    if (isCertain && !isAsked) delete kept[name];
  }
  return kept;
}

/** Return the answers to keep: `not_shown` for what was not asked, calculations with their values.
 * @param {any} kit @param {any} logic @param {Answers} answers @returns {Answers} */
export function complete(kit, logic, answers) {
  const { asked, known } = walk(kit, logic, answers);
  const whole = {};
  for (const name of kit.order) {
    if (!asked.get(name)) whole[name] = "not_shown";
    else if (Object.hasOwn(logic.calculations, name)) whole[name] = known[name] || "skip";
    else if (Object.hasOwn(answers, name)) whole[name] = answers[name];
    else if (!kit.items[name].isAsked) whole[name] = "not_shown";
  }
  return whole;
}

/** Return the items whose answers do not obey their constraint.
 * @param {any} kit @param {any} logic @param {Answers} answers @returns {string[]} */
export function broken(kit, logic, answers) {
  const { known } = walk(kit, logic, answers);
  return Object.entries(logic.constraints)
    .filter(([name, holds]) => Object.hasOwn(known, name)
      && !logic.truth(holds(known, known[name])))
    .map(([name]) => name);
}
