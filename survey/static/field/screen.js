/**
 * One screen of questions, made of the server's own markup: what is not asked is taken out, what
 * was drawn is put in its order, answers and mistakes are filled in.
 */

import { fieldsOf, within } from "./answers.js";
import { askedOn } from "./steps.js";

/** @typedef {Map<string, string[]>} Fields */
/** @typedef {import("./steps.js").Visit} Visit */

const MISTAKES_SHOWN = 5;

/** Return markup of the kit as nodes; it holds our own words, and nothing anybody wrote here.
 * @param {string} markup @returns {DocumentFragment} */
export function nodes(markup) {
  const template = document.createElement("template");
  template.innerHTML = markup;
  return template.content;
}

const named = (root, name) => [...root.querySelectorAll(`[name="${CSS.escape(name)}"]`)];

/** Return the part of a screen that asks `item`.
 * @param {ParentNode} root @param {any} item @returns {HTMLElement} */
export function home(root, item) {
  const fields = item.fields.flatMap((name) => named(root, name));
  return fields[0].closest(".item");
}

function takeOut(part) {
  const card = part.nextElementSibling;
  if (card?.matches("section.card")) card.remove(); // the lines for help belong to it
  part.remove();
}

/** Put the choices of `part` into the order that was drawn; ways out stay at the end. */
function arrange(part, codes) {
  const lists = part.matches(".item") ? [...part.querySelectorAll("select, .opts")] : [];
  for (const list of lists) {
    const lines = [...list.children];
    const codeOf = (line) => line.value ?? line.querySelector("input").value;
    const place = (line) => codes.indexOf(codeOf(line));
    const drawn = lines.filter((line) => place(line) >= 0).sort((a, b) => place(a) - place(b));
    const others = lines.filter((line) => place(line) < 0);
    const [first, last] = list.matches("select") ? [others, drawn] : [drawn, others];
    list.append(...first, ...last);
  }
}

/** Take the sensitive statement from somebody who was drawn into the control arm. */
function withoutSensitive(part, item) {
  part.querySelectorAll(".points li")[item.sensitive].remove();
  named(part, item.name).find((input) => input.value === item.offered.at(-1))
    .closest(".opt").remove();
}

/** Return a screen as it is asked of one person.
 * @param {any} kit @param {any} logic @param {Visit} visit @returns {DocumentFragment} */
export function asked(kit, logic, visit) {
  const root = nodes(kit.languages[visit.language].screens[visit.screen]);
  const wanted = new Set(askedOn(kit, logic, visit.screen, visit.answers));
  for (const item of kit.screens[visit.screen].map((name) => kit.items[name])) {
    const part = home(root, item);
    const order = visit.answers[`${item.name}_order`];
    if (!wanted.has(item)) takeOut(part);
    else if (item.random && order) arrange(part, order.split(" "));
    else if (item.type === "list_experiment" && visit.answers[`${item.name}_arm`] === "control") {
      withoutSensitive(part, item);
    } else if (item.type === "place") offer(part, within(item, visit.answers));
  }
  for (const grid of root.querySelectorAll("fieldset.grid")) {
    if (!grid.querySelector(".item")) takeOut(grid);
  }
  return root;
}

function offer(part, codes) {
  for (const option of part.querySelectorAll("option")) {
    if (option.value && !codes.includes(option.value)) option.remove();
  }
}

/** Fill in what was answered, or half written.
 * @param {ParentNode} root @param {any[]} items @param {Record<string, string>} answers
 * @param {Fields} [raw] */
export function fill(root, items, answers, raw) {
  for (const item of items) {
    const given = raw ?? fieldsOf(item, answers[item.name]);
    for (const name of item.fields) {
      const values = given.get(name) ?? [];
      const written = values.find((value) => !item.waysOut.includes(value)) ?? "";
      for (const field of named(root, name)) {
        if (field.type === "radio" || field.type === "checkbox") {
          field.checked = values.includes(field.value);
        } else field.value = written;
      }
    }
  }
}

/** Say what is wrong: first a summary, then at each place.
 * @param {ParentNode} root @param {any} words
 * @param {{part: HTMLElement, at: string, message: string}[]} mistakes */
export function point(root, words, mistakes) {
  const list = document.createElement("ul");
  for (const { part, at, message } of mistakes) {
    part.classList.add("bad");
    const error = document.createElement("p");
    Object.assign(error, { className: "error", id: `${at}-error`, textContent: message });
    const legend = part.querySelector("legend");
    const question = legend?.textContent.trim() ?? "";
    (part.querySelector(".hint") ?? legend)?.after(error);
    for (const field of part.querySelectorAll("input, select, textarea")) {
      field.setAttribute("aria-describedby", error.id);
      if (!["radio", "checkbox"].includes(field.type)) field.setAttribute("aria-invalid", "true");
    }
    const link = document.createElement("a");
    link.href = `#${at}`;
    link.textContent = `${question} ${message}`;
    const line = document.createElement("li");
    line.append(link);
    if (list.children.length < MISTAKES_SHOWN) list.append(line);
  }
  root.querySelector("form").prepend(summary(words, list, mistakes.length));
}

function summary(words, list, count) {
  const box = document.createElement("div");
  Object.assign(box, { className: "summary", tabIndex: -1 });
  box.setAttribute("role", "alert");
  const heading = document.createElement("h2");
  heading.textContent = words.problem;
  box.append(heading, list);
  if (count > MISTAKES_SHOWN) {
    const more = document.createElement("p");
    more.textContent = words.more.replace("{number}", String(count - MISTAKES_SHOWN));
    box.append(more);
  }
  return box;
}
