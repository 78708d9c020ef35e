/**
 * Make the page work without a network, then start it. The worker fetches every file once and
 * hands it out from then on, so nothing is loaded before it is there.
 */

/** Wait until a worker hands out the files of this page. @returns {Promise<void>} */
async function controlled() {
  await navigator.serviceWorker.register("worker.js", { scope: "./", updateViaCache: "none" });
  if (navigator.serviceWorker.controller) return;
  await new Promise((done) => {
    navigator.serviceWorker.addEventListener("controllerchange", done, { once: true });
    navigator.serviceWorker.ready.then(({ active }) => {
      if (navigator.serviceWorker.controller) done();
      else active.postMessage("claim"); // a page that was loaded past the worker, as by a hard reload
    });
  });
}

try {
  await controlled();
  await import("./app.js");
} catch {
  document.getElementById("cannot-work").hidden = false;
  document.getElementById("getting-ready").hidden = true;
}
