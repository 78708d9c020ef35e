/**
 * The page for people who answer without a network. Answers live in this module's memory until
 * they are sealed; nothing else ever holds them in clear.
 */

import { drawn } from "./chance.js";
import { handOver } from "./handover.js";
import { kit, logic } from "./kit.js";
import { Outbox } from "./outbox.js";
import { Panel } from "./panel.js";
import { review } from "./review.js";
import { asked, fill, home, nodes, point } from "./screen.js";
import { seal } from "./seal.js";
import { Sending } from "./sending.js";
import { askedOn, CONSENT, takeStep } from "./steps.js";
import { remove, renew } from "./upkeep.js";

const [top, main] = [document.getElementById("top"), document.getElementById("main")];
const offered = Object.keys(kit.languages);
const usual = offered.includes(document.documentElement.lang)
  ? document.documentElement.lang : offered[0];
const outbox = new Outbox(kit.round);
const others = new BroadcastChannel(outbox.name);
const sending = new Sending(outbox, (state) => {
  panel.refresh(state);
  others.postMessage("changed");
});
const panel = new Panel(document.getElementById("outbox"), outbox, {
  send: () => sending.soon(), leave,
}, kit.idleSeconds > 0);

const fresh = () => ({ language: usual, screen: CONSENT, answers: {} });
let visit = fresh();
/** A sealed parcel that the phone had no room for. @type {any} */
let parcel;
let view = "consent";
let idle;
let hasBegun = false;

const isAnswering = () => ["screen", "review", "full"].includes(view);

/** Put a page before the reader. */
function put(content, kind) {
  const pieces = kit.languages[visit.language];
  const isVisit = ["consent", "screen", "review"].includes(kind);
  view = kind;
  Object.assign(document.documentElement, { lang: visit.language, dir: pieces.direction });
  top.replaceChildren(...(isVisit ? nodes(pieces.header).querySelector(".wrap").childNodes : []));
  main.replaceChildren(content);
  const summary = main.querySelector(".summary");
  document.title = `${summary ? `${pieces.words.error} ` : ""}${pieces.words.form}`;
  if (isAnswering()) panel.hide();
  else panel.show(pieces, visit.language);
  if (hasBegun) (summary ?? main).focus({ preventScroll: true });
  hasBegun = true; // nothing takes the focus before somebody has done something
  scrollTo(0, 0);
}

const own = (name) => put(nodes(kit.languages[visit.language][name]), name);

function consent(isMissing) {
  const { consent: markup, words } = kit.languages[visit.language];
  const root = nodes(markup);
  const part = root.querySelector("#consent")?.closest(".item");
  if (isMissing) point(root, words, [{ part, at: "consent", message: words.choose }]);
  put(root, "consent");
}

function question(errors, raw) {
  const items = askedOn(kit, logic, visit.screen, visit.answers);
  const { words } = kit.languages[visit.language];
  const root = asked(kit, logic, visit);
  fill(root, items, visit.answers, raw);
  const wrong = items.filter((item) => errors.has(item.name));
  const mistakes = wrong.map((item) => ({
    part: home(root, item), at: `${item.name}-0`,
    message: words[errors.get(item.name)] ?? words["answer.unknown"],
  }));
  if (mistakes.length) point(root, words, mistakes);
  put(root, "screen");
}

/** Show where a step leads. @param {import("./steps.js").Step} step */
function show(step) {
  visit = step.visit;
  if (visit.screen === CONSENT) return consent(step.outcome === "mend");
  visit = { ...visit, answers: drawn(kit, visit.answers) };
  if (visit.screen === kit.screens.length) return put(review(kit, logic, visit), "review");
  return question(step.errors, step.raw);
}

/** Forget this person; the next one begins. */
function anew() {
  [visit, parcel] = [fresh(), undefined];
  consent(false);
  renew(() => view === "consent" && !Object.keys(visit.answers).length);
}

function forget(page) {
  const { language } = visit;
  [visit, parcel] = [{ ...fresh(), language }, undefined];
  own(page);
}

/** Keep the sealed answers, and show the way out when there is no room. */
async function keep() {
  try {
    await outbox.keep(parcel);
  } catch {
    own("full");
    return;
  }
  forget("saved");
  navigator.storage?.persist?.();
  sending.soon();
}

async function handOverAll() {
  const waiting = await outbox.all().catch(() => []);
  handOver([...waiting.map((kept) => kept.parcel), parcel]);
  main.querySelector("[value=anew]").hidden = false;
}

async function act(action, form) {
  if (!form.isConnected) return undefined; // pressed twice: the page has gone on already
  if (action === "anew") return anew();
  if (action === "again") return keep();
  if (action === "file") return handOverAll();
  const fields = new Map();
  for (const [name, value] of new FormData(form)) {
    fields.set(name, [...(fields.get(name) ?? []), String(value)]);
  }
  const step = takeStep(kit, logic, visit, action, fields);
  if (step.outcome === "erase") return forget("gone");
  if (step.outcome === "decline" || step.outcome === "young") return forget(step.outcome);
  if (step.outcome !== "keep") return show(step);
  parcel ??= await seal(kit, step.visit.answers);
  return keep();
}

let acting = Promise.resolve();
document.addEventListener("submit", (event) => {
  event.preventDefault();
  const action = event.submitter?.name === "action" ? event.submitter.value : "next";
  const turn = () => act(action, event.target);
  acting = acting.then(turn, turn); // one after the other
});
document.addEventListener("click", (event) => {
  const to = event.target.closest?.("a[href]")?.getAttribute("href") ?? "";
  const isLeave = to.startsWith("/leave");
  if (!isLeave && !to.startsWith(`/s/${kit.round}/`)) return;
  event.preventDefault();
  if (isLeave) forget("gone");
  else anew();
});
addEventListener("beforeunload", (event) => { if (isAnswering()) event.preventDefault(); });
others.onmessage = () => panel.refresh();

/**
 * At a kiosk, a questionnaire that nobody goes on with is not for the next person to read. Without
 * room on the phone the sealed parcel is nowhere else, and nobody can read it: it stays.
 */
function rest() {
  clearTimeout(idle);
  idle = setTimeout(() => {
    const isBegun = view !== "consent" || Object.keys(visit.answers).length > 0;
    if (isBegun && view !== "full") anew();
  }, kit.idleSeconds * 1000);
}
if (kit.idleSeconds) {
  for (const kind of ["pointerdown", "keydown", "input", "scroll"]) addEventListener(kind, rest);
  rest();
}

async function leave() {
  const { words } = kit.languages[visit.language];
  const kept = await outbox.all().catch(() => undefined);
  const mayWait = !kept || kept.length > 0; // what cannot be read may be somebody's answers
  if (mayWait && (kit.idleSeconds || !confirm(words.leave))) return;
  await outbox.remove();
  await remove();
  panel.hide();
  view = "left";
  top.replaceChildren();
  main.replaceChildren(nodes(kit.languages[visit.language].gone));
  main.querySelector("form").remove();
}

document.documentElement.dataset.ready = "";
anew();
sending.soon();
