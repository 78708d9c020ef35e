/** All answers before they are kept, read from the screens themselves: the same words. */

import { asked, fill, home, nodes } from "./screen.js";
import { askedOn, route } from "./steps.js";

/** @typedef {import("./steps.js").Visit} Visit */

const words = (node) => node?.textContent.replace(/\s+/g, " ").trim() ?? "";
const chosen = (part) => [...part.querySelectorAll("input:checked")]
  .map((input) => words(input.closest("label")));

/** Return what a part of a screen says was answered; empty for nothing. */
function said(part, item) {
  const ticked = chosen(part);
  const written = [...part.querySelectorAll("select, textarea, input:not([type])")]
    .filter((box) => box.value.trim())
    .map((box) => {
      const value = box.matches("select") ? words(box.selectedOptions[0]) : box.value.trim();
      const label = words(box.closest(".box")?.querySelector("label"));
      if (item.type === "date" || !label) return value;
      return item.type === "ranking" ? `${label}. ${value}` : `${label}: ${value}`;
    });
  return [...written, ...ticked].join(item.type === "date" ? " " : " · ");
}

function line(question, answer, turn) {
  const [row, term] = [document.createElement("div"), document.createElement("dt")];
  if (turn) {
    const number = document.createElement("b");
    number.textContent = String(turn);
    term.append(number, " ");
  }
  term.append(question);
  row.append(term);
  if (answer !== undefined) {
    const detail = document.createElement("dd");
    detail.textContent = answer;
    row.append(detail);
  }
  return row;
}

function part(kit, logic, visit, screen) {
  const pieces = kit.languages[visit.language];
  const items = askedOn(kit, logic, screen, visit.answers);
  const root = asked(kit, logic, { ...visit, screen });
  fill(root, items, visit.answers);
  const list = document.createElement("dl");
  list.className = "review";
  let led;
  for (const item of items) {
    const own = home(root, item);
    const grid = own.closest("fieldset.grid");
    if (grid && grid !== led) list.append(line(words(grid.querySelector("legend"))));
    led = grid;
    const question = words(own.querySelector("legend") ?? own);
    const answer = said(own, item) || pieces.words["answer.skip"];
    list.append(line(question, item.type === "another" && chosen(own).length ? "✓" : answer,
      item.instance));
  }
  return list;
}

/** Return the page with all answers, and a button to change those of each screen.
 * @param {any} kit @param {any} logic @param {Visit} visit @returns {DocumentFragment} */
export function review(kit, logic, visit) {
  const pieces = kit.languages[visit.language];
  const page = nodes(pieces.review);
  for (const screen of route(kit, logic, visit.answers)) {
    const card = document.createElement("section");
    card.className = "card";
    const button = document.createElement("button");
    Object.assign(button, {
      className: "small", name: "action", value: `screen:${screen}`, textContent: pieces.words.change,
    });
    const label = pieces.words["change.page"].replace("{number}", String(screen + 1));
    button.setAttribute("aria-label", label);
    card.append(part(kit, logic, visit, screen), button);
    page.querySelector("#answers").append(card);
  }
  return page;
}
