/**
 * Where a button leads: the next screen, the one before, another language, away. The same
 * decisions as those of the server's pages (survey/respond/steps.py); nothing is shown here.
 */

import { readAnswers } from "./answers.js";
import { broken, complete, shown, stillAsked } from "./course.js";

export const CONSENT = -1;

/** @typedef {Map<string, string[]>} Fields */
/** @typedef {{language: string, screen: number, answers: Record<string, string>}} Visit */
/** @typedef {{outcome: "show" | "mend" | "keep" | "erase" | "decline" | "young", visit: Visit,
 *   errors: Map<string, string>, raw?: Fields}} Step */

const step = (outcome, visit, errors = new Map(), raw = undefined) =>
  ({ outcome, visit, errors, raw });

/** Return the items that one screen asks of somebody with these answers.
 * @param {any} kit @param {any} logic @param {number} screen @param {Record<string, string>} answers
 * @returns {any[]} */
export function askedOn(kit, logic, screen, answers) {
  const asked = shown(kit, logic, answers);
  return kit.screens[screen].map((name) => kit.items[name])
    .filter((item) => item.type === "area" || asked.has(item.name));
}

/** Return the screens that ask something of somebody with these answers.
 * @param {any} kit @param {any} logic @param {Record<string, string>} answers @returns {number[]} */
export function route(kit, logic, answers) {
  const asked = shown(kit, logic, answers);
  const asks = (name) => kit.items[name].type === "area" || asked.has(name);
  return [...kit.screens.keys()].filter((number) => kit.screens[number].some(asks));
}

/** Step off the place where `visit` stands.
 * @param {any} kit @param {any} logic @param {Visit} visit @param {string} action
 * @param {Fields} fields @returns {Step} */
export function takeStep(kit, logic, visit, action, fields) {
  if (action === "erase") return step("erase", visit);
  const isQuestion = visit.screen >= 0 && visit.screen < kit.screens.length;
  const { after, errors } = isQuestion
    ? answered(kit, logic, visit, fields) : { after: visit, errors: new Map() };
  if (action.startsWith("language:")) {
    return step("show", { ...after, language: action.slice(9) }, new Map(), fields);
  }
  if (visit.screen === CONSENT) return consented(kit, logic, after, fields);
  if (action === "back") return back(kit, logic, after);
  if (!isQuestion) return reviewed(kit, logic, after, action);
  return errors.size ? step("mend", after, errors, fields) : ahead(kit, logic, after, after.screen + 1);
}

function answered(kit, logic, visit, fields) {
  const items = askedOn(kit, logic, visit.screen, visit.answers);
  const { answers, errors } = readAnswers(items, fields, visit.answers);
  const together = { ...visit.answers, ...answers };
  for (const name of broken(kit, logic, together)) {
    const isHere = items.some((item) => item.name === name);
    if (isHere && !errors.has(name)) errors.set(name, `constraint.${kit.items[name].words}`);
  }
  for (const name of errors.keys()) delete answers[name];
  const kept = stillAsked(kit, logic, { ...visit.answers, ...answers });
  return { after: { ...visit, answers: kept }, errors };
}

function consented(kit, logic, visit, fields) {
  const said = (fields.get("consent") ?? []).join(" ");
  if (said === "yes") return ahead(kit, logic, visit, 0);
  return step({ no: "decline", young: "young" }[said] ?? "mend", visit);
}

function ahead(kit, logic, visit, from) {
  const screen = route(kit, logic, visit.answers).find((each) => each >= from);
  return step("show", { ...visit, screen: screen ?? kit.screens.length });
}

function back(kit, logic, visit) {
  const before = route(kit, logic, visit.answers).filter((each) => each < visit.screen);
  return step("show", { ...visit, screen: before.at(-1) ?? CONSENT });
}

function reviewed(kit, logic, visit, action) {
  const wanted = /^screen:(\d+)$/.exec(action);
  if (wanted) return ahead(kit, logic, visit, Number(wanted[1]));
  return step("keep", { ...visit, answers: complete(kit, logic, visit.answers) });
}
