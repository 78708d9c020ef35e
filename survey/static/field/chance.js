/** What is left to chance: the order of choices, and the arm of an experiment. */

/** Return one of `choices`, each as likely as another.
 * @template T @param {T[]} choices @returns {T} */
export function choose(choices) {
  const most = Math.floor(2 ** 32 / choices.length) * choices.length;
  const drawn = crypto.getRandomValues(new Uint32Array(1))[0];
  return drawn < most ? choices[drawn % choices.length] : choose(choices);
}

/** Return the answers with everything drawn that can be; what was drawn before stays.
 *
 * The server draws arms in blocks for each locality. A phone remembers nobody, so it tosses a coin.
 * @param {any} kit @param {Record<string, string>} answers @returns {Record<string, string>} */
export function drawn(kit, answers) {
  const place = kit.order.find((name) => kit.items[name].type === "place");
  const added = {};
  for (const name of kit.order) {
    const item = kit.items[name];
    if (Object.hasOwn(answers, name)) continue;
    if (item.type === "order") added[name] = choose(item.orders);
    else if (item.type === "arm" && (!place || Object.hasOwn(answers, place))) {
      added[name] = choose(item.codes);
    }
  }
  return { ...answers, ...added };
}
