// The preview follows what is typed: nothing is stored by it. Without this script a button does the same.
const form = document.querySelector("#edit");
const buttons = document.querySelectorAll("button[formtarget=preview]");
let shown = buttons[0];
let waiting = 0;
for (const button of buttons) button.addEventListener("click", () => { shown = button; });
form?.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(() => {
    if (!shown) return;
    // A new frame each time: one that is led on would fill the way back with every letter.
    const old = document.querySelector("iframe[name=preview]");
    const fresh = old.cloneNode();
    fresh.removeAttribute("src");
    old.replaceWith(fresh);
    form.requestSubmit(shown);
  }, 600);
});
