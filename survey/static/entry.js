// Entering sheets of paper with the keyboard: Enter goes to the next box, with Control it checks.
const boxes = [...document.querySelectorAll("#entry input.typed")];
for (const [place, box] of boxes.entries()) {
  box.addEventListener("focus", () => box.select());
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.ctrlKey) return;
    event.preventDefault();
    (boxes[place + 1] || document.querySelector("#entry button[name=action]")).focus();
  });
}
